"""The desk's doors to imports."""
