"""The desk's doors that belong to no single trade: home, search, journal, system, team, settings."""
