"""From files to typed, checked, ordered rows in a DuckDB file beside the database, ready to be written."""
