"""What the ledger tells of itself: only what nobody above it decided."""

from __future__ import annotations

from aftercart.kernel.journal.events import Event, event


@event
class LotsExpired(Event):
    """Part of a holder's balance came to its end. ``amount`` is in the smallest unit of ``unit``."""

    label = "Balance expired"
    book: str
    unit: str
    holder: str
    customer_id: int | None
    amount: int

    @property
    def subject(self) -> str:
        return self.holder


@event
class LedgerDisproved(Event):
    """The nightly reconciliation found balances that the entries do not prove."""

    label = "Ledger differs"
    differences: int


def customer_of(holder: str) -> int | None:
    """7 for ``"customer:7"``; ``None`` for anyone else."""
    kind, _, number = holder.partition(":")
    return int(number) if kind == "customer" and number.isdigit() else None
