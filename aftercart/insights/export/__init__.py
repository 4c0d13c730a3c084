"""The live database as Parquet: versioned tables in chunks, rewritten only where something changed."""
