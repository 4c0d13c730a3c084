"""A strict provider of our own, for demo and tests: it keeps its own books and refuses what a real one would."""
