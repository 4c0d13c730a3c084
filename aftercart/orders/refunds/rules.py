"""Pure decisions about refunds: what a role may give alone, and what pieces of a line are worth."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Limit:
    """What may be given alone, minor units of ``currency``; ``None`` is without limit."""

    currency: str
    per_refund: int | None = None
    per_day: int | None = None


def over_limit(limit: Limit | None, *, amount: int, currency: str, given_today: int) -> str:
    """Which limit a refund is over, in words; empty when a person may give it alone.

    ``given_today`` is what they gave since midnight in the limit's currency. Amounts in another currency cannot
    be compared: they wait whenever there is a limit at all.
    """
    if limit is None or (limit.per_refund is None and limit.per_day is None):
        return ""
    if currency != limit.currency:
        return f"Limits are in {limit.currency}, this order is in {currency}."
    if limit.per_refund is not None and amount > limit.per_refund:
        return "More than one refund may be."
    if limit.per_day is not None and given_today + amount > limit.per_day:
        return "More than may be given in a day."
    return ""


def worth(*, pieces: int, quantity: int, total: int, tax: int, prices_include_tax: bool) -> int:
    """What pieces of a line cost, minor units, rounded down: all pieces together are worth the line exactly."""
    whole = total if prices_include_tax else total + tax
    return whole * min(pieces, quantity) // quantity
