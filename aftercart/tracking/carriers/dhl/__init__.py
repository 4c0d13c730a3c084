"""What DHL's Unified Tracking API says."""
