"""Pure decisions about changes: whether one is possible, and who decides it.

A reason against is a code; ``refusals`` says it in the reader's language.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from aftercart.orders.changes.basket import FEE, Basket, Item

KINDS = ("cancel", "address", "variant", "quantity", "add", "remove")
MODES = ("automatic", "approval", "off")
MOST_PIECES = 999


@dataclass(frozen=True, kw_only=True)
class Policy:
    """What a channel's shoppers may change alone; :class:`~aftercart.orders.models.ChangePolicy` as a fact."""

    revision: int = 0
    window_minutes: int = 30
    kinds: Mapping[str, str] = field(default_factory=dict)
    approval_rule: Mapping[str, Any] | None = None
    price_basis: str = "order"
    pay_minutes: int = 60
    decide_hours: int = 24

    def mode(self, kind: str) -> str:
        """``automatic``, ``approval`` or ``off``; undoing is always automatic."""
        return self.kinds.get(kind, "automatic")


def may_ask(
    *,
    kind: str,
    basket: Basket,
    changeable_until: datetime | None,
    is_staff: bool,
    mode: str,
    now: datetime,
) -> str | None:
    """Why nobody can ask for this kind of change now, as a code; none when they can.

    Staff have no window and need no permission of the policy: only what has left is out of reach.
    """
    if kind != "undo":
        if basket.state == "cancelled":
            return "cancelled"
        if basket.state != "open" or not any(item.open for item in basket.items if item.kind != FEE):
            return "sent"
        if kind == "address" and any(item.fulfilled for item in basket.items):
            return "partly_sent"
    if is_staff:
        return None
    if changeable_until is None or now >= changeable_until:
        return "closed"
    return "off" if mode == "off" else None


def line_problem(item: Item | None) -> str | None:
    """Why a line cannot be changed."""
    if item is None or item.kind == FEE:
        return "no_line"
    return None if item.open else "sent"


def quantity_problem(item: Item, quantity: int) -> str | None:
    """Why a line cannot have so many pieces altogether."""
    if quantity == item.quantity:
        return "same"
    if not 1 <= quantity <= MOST_PIECES:
        return "quantity"
    return "fewer_than_sent" if quantity < max(item.quantity - item.open, item.refunded) else None


def outcome(
    *, mode: str, is_staff: bool, rule_holds: bool, doubts: Collection[str], charge_minor: int
) -> str:
    """What becomes of a change asked for: ``waiting``, ``unpaid`` or ``applied``."""
    if not is_staff and (mode == "approval" or rule_holds or doubts):
        return "waiting"
    return "unpaid" if charge_minor else "applied"


@dataclass(frozen=True, kw_only=True)
class Money:
    """What a change does to the money. ``charge`` is paid first, ``give_back`` goes back at once."""

    charge: int
    give_back: int


def money(*, before: Basket, after: Basket, kept: int, refundable: int, returned: int = 0) -> Money:
    """The difference. ``kept`` is what was paid for the order as it stands, ``returned`` what undoing a
    cancellation finds already given back.

    An order that was not paid in full has nothing charged first: what is due simply grows.
    """
    due = after.worth_minor
    if due < before.worth_minor or after.state != before.state == "open":
        return Money(charge=0, give_back=max(0, min(refundable, kept - due)))
    covered = kept - returned
    was_covered = kept >= before.worth_minor if before.state != "cancelled" else kept >= due
    return Money(charge=max(0, due - covered) if was_covered else 0, give_back=0)
