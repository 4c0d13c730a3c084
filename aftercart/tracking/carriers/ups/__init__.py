"""What the UPS Track API says."""
