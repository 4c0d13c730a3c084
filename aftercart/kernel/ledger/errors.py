"""Why the ledger says no. Each message is a sentence a shopkeeper can read."""

from __future__ import annotations


class LedgerError(Exception):
    """The ledger refused; nothing was written."""


class OverdrawnError(LedgerError):
    """More was asked for than there is. ``asked`` and ``available`` are in the book's smallest units."""

    def __init__(self, *, asked: int, available: int) -> None:
        self.asked, self.available = asked, available
        super().__init__(f"{asked} was asked for, but only {available} is available.")


class KeyReusedError(LedgerError):
    """The key already stands for something else; a key is for one movement and its retries."""

    def __init__(self, key: str) -> None:
        super().__init__(f"The key {key!r} was already used for another movement.")


class NotReversibleError(LedgerError):
    """The posting cannot be reversed, or not that far."""


class HoldClosedError(LedgerError):
    """The hold was captured, released or came to its end."""
