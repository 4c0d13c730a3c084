"""Tracking as a file: read, shown with its rejects, then taken."""
