"""Pure decisions about claims: what pieces are worth, what may be claimed, what follows a decision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aftercart.orders.rules import Refused

LONGEST_TEXT = 4000
NEEDS_WORDS = frozenset({"damaged", "wrong"})


class AlreadyClaimed(Refused):
    """A piece is part of an open claim of the same kind; ``claim_id`` is that claim."""

    def __init__(self, claim_id: int) -> None:
        super().__init__("This has been reported already.")
        self.claim_id = claim_id


@dataclass(frozen=True, kw_only=True)
class Bought:
    """One line of an order. Amounts in minor units; ``sent`` counts the pieces that left and were not refunded."""

    line_id: int
    quantity: int
    sent: int
    total_minor: int
    tax_minor: int = 0


def value_of(
    lines: Sequence[Bought], wanted: Mapping[int, int], *, order_discount_minor: int, prices_include_tax: bool
) -> int:
    """What the shopper paid for these pieces, in minor units.

    Each line's total, with its tax where that comes on top, less its share of the order's discount by value.
    Shares are rounded half to even once per line, so that pieces claimed apart never sum to more than one unit
    over the whole.
    """
    goods = sum(line.total_minor for line in lines)
    value = 0
    for line in lines:
        pieces = wanted.get(line.line_id, 0)
        if not pieces:
            continue
        paid = line.total_minor + (0 if prices_include_tax else line.tax_minor)
        share = _half_even(order_discount_minor * line.total_minor, goods) if goods else 0
        value += _half_even(max(0, paid - share) * pieces, line.quantity)
    return value


def may_claim(lines: Sequence[Bought], wanted: Mapping[int, int]) -> None:
    """Refuse pieces that were not sent, or none at all.

    Raises:
        Refused: with the reason.
    """
    known = {line.line_id: line for line in lines}
    if not wanted:
        raise Refused("Choose what the problem is with.")
    for line_id, quantity in wanted.items():
        if line_id not in known:
            raise Refused("This is not a line of the order.")
        if not 1 <= quantity <= known[line_id].sent:
            raise Refused(f"{known[line_id].sent} of this were sent and not refunded, not {quantity}.")


def clean_text(text: str) -> str:
    """The shopper's words as they are kept.

    Raises:
        Refused: when they are too long.
    """
    cleaned = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "").strip()
    if len(cleaned) > LONGEST_TEXT:
        raise Refused(f"This is {len(cleaned)} characters long; at most {LONGEST_TEXT} fit.")
    return cleaned


def affordable(outcome: str, *, value_minor: int, left_minor: int) -> str:
    """The policy's outcome, or ``ask`` when it would give back more than is left of what was paid."""
    return "ask" if outcome == "refund" and not 0 < value_minor <= left_minor else outcome


def may_decide(*, state: str, outcome: str, words: str) -> None:
    """Refuse to decide what is done, or to decline without saying why.

    Raises:
        Refused: with the reason.
    """
    if outcome not in {"refund", "replacement", "declined"}:
        raise Refused(f"{outcome!r} is no outcome.")
    if state not in {"waiting", "decided"}:
        raise Refused("This problem is settled already.")
    if outcome == "declined" and not words:
        raise Refused("Say to the shopper why: a claim is never declined without a reason.")


def may_settle(*, state: str) -> None:
    """Refuse to settle what was not decided.

    Raises:
        Refused: with the reason.
    """
    if state != "decided":
        raise Refused(
            "Decide first what the shopper gets." if state == "waiting" else "This is settled already."
        )


def _half_even(amount: int, parts: int) -> int:
    whole, rest = divmod(amount, parts)
    doubled = 2 * rest
    return whole + (1 if doubled > parts or (doubled == parts and whole % 2) else 0)
