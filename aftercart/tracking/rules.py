"""Pure decisions about parcels: the status that follows from scans, and lateness."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

PROGRESS = (
    "pending",
    "info_received",
    "in_transit",
    "available_for_pickup",
    "attempt_failed",
    "out_for_delivery",
    "exception",
    "returning",
    "lost",
    "returned_to_sender",
    "delivered",
    "cancelled",
    "expired",
)


@dataclass(frozen=True, kw_only=True)
class Told:
    """One scan, as rules see it."""

    status: str
    occurred_at: datetime


def newest(scans: Iterable[Told]) -> Told | None:
    """The scan that decides: the newest ``occurred_at``; at the same moment the one further along.

    The order in which scans arrived does not matter, so late and out-of-order scans are harmless.
    """
    return max(scans, key=lambda scan: (scan.occurred_at, PROGRESS.index(scan.status)), default=None)


def days_late(*, promised_on: date | None, delivered_on: date | None, today: date) -> int | None:
    """Whole days past the promise, by date; 0 when in time, ``None`` without a promise.

    A parcel that is still under way counts up to ``today``.
    """
    if promised_on is None:
        return None
    return max(0, ((delivered_on or today) - promised_on).days)
