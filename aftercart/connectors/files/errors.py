"""What can be wrong with a file as a whole."""

from __future__ import annotations


class UnreadableFile(ValueError):
    """The file cannot be read at all. The message names it and says why."""
