"""Mail: composing a message, and the ways it leaves."""
