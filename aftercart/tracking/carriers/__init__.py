"""A folder per way in which carriers tell us something; each ends in ``HeardScan`` (``ports.py``)."""
