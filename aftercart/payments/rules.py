"""Pure decisions about charges: what a provider's word changes, what may go back, and over which charges."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

OPEN = ("created", "requires_action", "pending", "authorised")
UNPAID = ("failed", "cancelled")
PRECEDENCE = {"created": 0, "requires_action": 1, "pending": 2, "authorised": 3, "failed": 4, "cancelled": 5}
REFUND_PRECEDENCE = {"pending": 0, "succeeded": 1, "failed": 2}

DECLINES = frozenset(
    {
        "declined",
        "insufficient_funds",
        "expired_card",
        "wrong_number",
        "wrong_code",
        "lost_card",
        "not_authenticated",
        "limit_exceeded",
        "try_again",
        "abandoned",
    }
)
"""Why a payment did not come, as far as a payer can do something about it."""


class Refused(Exception):
    """The step is not allowed. The message says why, in words for the person who asked."""


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Where a charge is; ``at`` is when the provider said so, ``None`` before it said anything."""

    state: str
    captured_minor: int = 0
    at: datetime | None = None
    code: str = ""
    reason: str = ""


def _weight(standing: Standing) -> tuple[bool, bool, float, int]:
    at = standing.at.timestamp() if standing.at else float("-inf")
    return (
        standing.state == "captured",
        standing.state == "cancelled",
        at,
        PRECEDENCE.get(standing.state, 6),
    )


def merge(known: Standing, told: Standing) -> Standing:
    """The standing after a provider's word, in whatever order the words arrive and however often.

    It is a join: money that came stays, cancelled yields only to money, else the newest word counts, and
    at the same second the one that ends more. So any order of the same words leads to the same standing.
    """
    captured = max(known.captured_minor, told.captured_minor)
    heavier = told if _weight(told) > _weight(known) else known
    if captured:
        return replace(heavier, state="captured", captured_minor=captured, code="", reason="")
    return replace(heavier, captured_minor=0)


def merge_refund(known: str, told: str) -> str:
    """A refund's state after a provider's word: one that failed after all (the bank sent it back) stays failed."""
    return max(known, told, key=REFUND_PRECEDENCE.__getitem__)


@dataclass(frozen=True, kw_only=True)
class Left:
    """What of a charge may still go back, minor units."""

    charge_id: int
    minor: int


def may_refund(*, amount: int, captured: int, refunded: int, refunding: int) -> None:
    """Refuse to give back more than came in, refunds on their way counted.

    Raises:
        Refused: with the reason.
    """
    if amount < 1:
        raise Refused("A refund is more than nothing.")
    left = captured - refunded - refunding
    if amount > left:
        raise Refused(f"At most {left} (minor units) of this payment can still go back.")


def spread(amount: int, newest_first: Sequence[Left]) -> list[Left]:
    """An amount over charges, the newest first; what they cannot carry is left out."""
    parts = []
    for left in newest_first:
        part = min(amount, left.minor)
        if part > 0:
            parts.append(Left(charge_id=left.charge_id, minor=part))
            amount -= part
    return parts


@dataclass(frozen=True, kw_only=True)
class Awaited:
    """A bank transfer that is waited for."""

    charge_id: int
    reference: str
    amount_minor: int
    currency: str


@dataclass(frozen=True, kw_only=True)
class Match:
    """The charge that a transfer pays; ``is_exact`` when its amount is the one asked for."""

    charge_id: int
    is_exact: bool


def match_transfer(text: str, amount_minor: int, currency: str, awaited: Iterable[Awaited]) -> Match | None:
    """The awaited transfer whose reference stands in the text that the bank passes on.

    Banks drop spaces and hyphens and change case, so only letters and digits are compared. When two
    references would fit (``MH-1`` in ``MH-10``) the longest counts. An amount alone is never a match.
    """
    said = _plain(text)
    found = [one for one in awaited if one.currency == currency and _plain(one.reference) in said]
    found.sort(key=lambda one: (-len(_plain(one.reference)), one.amount_minor != amount_minor, one.charge_id))
    if not found:
        return None
    return Match(charge_id=found[0].charge_id, is_exact=found[0].amount_minor == amount_minor)


def _plain(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).casefold()
