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


WAITS_FOR_SHOPPER = ("available_for_pickup", "attempt_failed")
GONE_WRONG = ("lost", "exception", "returned_to_sender", "returning", "expired")
ARRIVED = ("delivered",)
UNDER_WAY = ("in_transit", "out_for_delivery")


@dataclass(frozen=True, kw_only=True)
class Box:
    """One parcel, as the outlook sees it; ``late_by`` is whole days past the promise, if there is one."""

    status: str
    late_by: int | None


@dataclass(frozen=True, kw_only=True)
class Outlook:
    """What matters most about an order's parcels: ``kind``, and how many of them it is about.

    ``kind`` is ``pickup``, ``attempt_failed``, ``problem``, ``late``, ``today``, ``under_way``,
    ``part_arrived`` or ``arrived``.
    """

    kind: str
    count: int
    of: int


def outlook(boxes: Iterable[Box], *, is_all_sent: bool) -> Outlook | None:
    """The one thing to say about parcels; ``None`` while none has moved.

    What the shopper must do comes first, then what went wrong, then lateness, then progress.
    """
    boxes = [box for box in boxes if box.status != "cancelled"]
    if not boxes:
        return None
    for kind, count in _by_weight(boxes):
        if count:
            return Outlook(kind=kind, count=count, of=len(boxes))
    arrived = sum(box.status in ARRIVED for box in boxes)
    if arrived == len(boxes) and is_all_sent:
        return Outlook(kind="arrived", count=arrived, of=len(boxes))
    if arrived:
        return Outlook(kind="part_arrived", count=arrived, of=len(boxes))
    moving = sum(box.status in UNDER_WAY for box in boxes)
    return Outlook(kind="under_way", count=moving, of=len(boxes)) if moving else None


def _by_weight(boxes: list[Box]) -> list[tuple[str, int]]:
    return [
        ("pickup", sum(box.status == "available_for_pickup" for box in boxes)),
        ("attempt_failed", sum(box.status == "attempt_failed" for box in boxes)),
        ("problem", sum(box.status in GONE_WRONG for box in boxes)),
        ("late", sum(bool(box.late_by) and box.status not in ARRIVED for box in boxes)),
        ("today", sum(box.status == "out_for_delivery" for box in boxes)),
    ]


def days_silent(*, newest_at: datetime | None, status: str, now: datetime) -> int:
    """Whole days since the carrier last said something about a parcel that is still under way."""
    if newest_at is None or status in ("delivered", "cancelled", "returned_to_sender", "lost"):
        return 0
    return max(0, (now - newest_at).days)
