"""The journal: append-only, typed, heard by listeners after commit."""
