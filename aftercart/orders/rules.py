"""Pure decisions about orders: which step is allowed, and what state follows from the figures."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


class Refused(Exception):
    """The step is not allowed. The message says why, in words for the person who asked."""


class ExternalIdTaken(Refused):
    """Another order of the channel has this id of the outside system."""


@dataclass(frozen=True, kw_only=True)
class Quantities:
    """One line's counts."""

    ordered: int
    fulfilled: int = 0
    cancelled: int = 0

    @property
    def open(self) -> int:
        """Neither sent nor cancelled."""
        return self.ordered - self.fulfilled - self.cancelled


def payment_state(*, total: int, paid: int, refunded: int) -> str:
    """The payment axis that follows from the money, all in minor units."""
    if refunded and refunded >= paid:
        return "refunded"
    if refunded:
        return "partly_refunded"
    if paid >= total:
        return "paid"
    return "partly_paid" if paid else "pending"


def fulfilment_state(lines: Iterable[Quantities]) -> str:
    """The fulfilment axis that follows from the lines that are to be sent."""
    lines = list(lines)
    if not any(line.fulfilled for line in lines):
        return "unfulfilled"
    return "partial" if any(line.open for line in lines) else "fulfilled"


def may_fulfil(*, state: str, wanted: int, line: Quantities) -> None:
    """Refuse to send more than is open, or anything of a cancelled order.

    Raises:
        Refused: with the reason.
    """
    if state == "cancelled":
        raise Refused("This order is cancelled: nothing of it can be sent.")
    if wanted < 1:
        raise Refused("Send at least one piece of a line.")
    if wanted > line.open:
        raise Refused(f"Only {line.open} of this line are still to be sent, not {wanted}.")


def held_words(reason: str, until: datetime | None) -> str:
    """Why an order is not sent yet, for the warehouse."""
    if reason:
        return f"This order is held: {reason} Release it first."
    ends = f"{until:%H:%M} UTC on {until:%-d %B}" if until else "later"
    return f"This order is held until {ends}, as long as the shopper may change it. Release it first."


def may_cancel(*, state: str, lines: Iterable[Quantities]) -> None:
    """Refuse to cancel what is cancelled already or has left in full.

    Raises:
        Refused: with the reason.
    """
    if state == "cancelled":
        raise Refused("This order is cancelled already.")
    if not any(line.open for line in lines):
        raise Refused("Everything in this order has been sent: it can be returned, not cancelled.")


def may_refund(*, amount: int, paid: int, refunded: int) -> None:
    """Refuse to give back more than was paid, minor units.

    Raises:
        Refused: with the reason.
    """
    if amount < 1:
        raise Refused("A refund is more than nothing.")
    if amount > paid - refunded:
        raise Refused(f"At most {paid - refunded} (minor units) can still be refunded.")


def may_confirm(*, state: str, payment_state: str) -> bool:
    """Whether an order is confirmed by mail: also while money is on its way, not when declined."""
    return state != "cancelled" and payment_state != "failed"


def payment_story(*, payment_state: str, payment_method: str) -> str:
    """How a shopper should understand the payment of a confirmed order.

    ``paid``, ``partly``, ``transfer`` (they have to transfer money), ``on_delivery``, or ``pending``.
    """
    if payment_state in {"paid", "partly_refunded", "refunded"}:
        return "paid"
    if payment_state == "partly_paid":
        return "partly"
    return {"bank_transfer": "transfer", "cash_on_delivery": "on_delivery"}.get(payment_method, "pending")
