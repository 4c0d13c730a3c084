"""Pure decisions about delay: when a parcel counts as late or silent, and what ends that."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

USUAL_SILENCE = 5  # days, for a carrier of which too little is known
LEAST_SILENCE, MOST_SILENCE = 3, 14
ENOUGH_GAPS = 200
SILENT_SHARE = 0.99  # of the pauses between a carrier's scans, so many are shorter than what we call silence
TALKING = ("info_received", "in_transit", "out_for_delivery", "attempt_failed", "exception")
ENDED = ("returned_to_sender", "lost", "cancelled", "returning")


@dataclass(frozen=True, kw_only=True)
class Held:
    """An open delay and its parcel, as they stand."""

    cause: str
    noticed_at: datetime
    status: str
    heard_at: datetime | None
    delivered_at: datetime | None


def is_past_promise(*, promised_on: date | None, today: date) -> bool:
    """Whether the promised day is over."""
    return promised_on is not None and promised_on < today


def is_silent(*, status: str, heard_at: datetime | None, limit: int, now: datetime) -> bool:
    """Whether the carrier should have said something by now; one that waits for the shopper need not."""
    return status in TALKING and heard_at is not None and heard_at <= now - timedelta(days=limit)


def how_it_ended(held: Held) -> str:
    """``delivered``, ``moved`` (a silent one was heard of), ``ended`` (back, lost, cancelled), or empty: it lasts."""
    if held.delivered_at is not None or held.status == "delivered":
        return "delivered"
    if held.status in ENDED:
        return "ended"
    if held.cause == "silence" and held.heard_at is not None and held.heard_at > held.noticed_at:
        return "moved"
    if held.cause == "silence" and held.status == "available_for_pickup":
        return "moved"
    return ""


def silence_limit(gaps: Mapping[int, int]) -> int:
    """Days of silence that are unusual for a carrier: the 99th percentile of the pauses between its scans.

    ``gaps`` counts pauses by whole days. Between 3 and 14; 5 while fewer than 200 pauses are known.
    """
    total = sum(gaps.values())
    if total < ENOUGH_GAPS:
        return USUAL_SILENCE
    seen, wanted = 0, math.ceil(total * SILENT_SHARE)
    for days in sorted(gaps):
        seen += gaps[days]
        if seen >= wanted:
            return min(max(days + 1, LEAST_SILENCE), MOST_SILENCE)
    return MOST_SILENCE


def gaps_of(scans: Iterable[tuple[str, int, datetime]]) -> dict[str, dict[int, int]]:
    """Pauses in whole days, counted by carrier, from (carrier, parcel id, moment) in the parcel's order."""
    found: dict[str, dict[int, int]] = {}
    before: tuple[int, datetime] | None = None
    for carrier, parcel_id, at in scans:
        if before is not None and before[0] == parcel_id:
            counts = found.setdefault(carrier, {})
            days = max(0, (at - before[1]).days)
            counts[days] = counts.get(days, 0) + 1
        before = (parcel_id, at)
    return found
