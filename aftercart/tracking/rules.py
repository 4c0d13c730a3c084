"""Pure decisions about parcels: the status that follows from scans, and lateness."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

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


ANNOUNCED = ("pending", "info_received")
ENDED = ("delivered", "returned_to_sender", "lost", "cancelled")
SILENCE = timedelta(days=30)
AHEAD = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Told:
    """One scan, as rules see it. ``status`` is empty for a code that nobody has explained.

    ``key`` is the scan's own, made of its content: it settles what time and progress leave open, so that the
    outcome never depends on which scan was told first.
    """

    status: str
    occurred_at: datetime
    reason: str = ""
    place: str = ""
    key: str = ""
    scan_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What follows from all scans at a moment. ``decisive`` is ``None`` where no scan decides."""

    status: str
    since: datetime
    reason: str
    decisive: Told | None
    heard_at: datetime | None
    moved_at: datetime | None
    delivered_at: datetime | None
    due_at: datetime | None


def newest(scans: Iterable[Told]) -> Told | None:
    """The scan that decides: the newest ``occurred_at``; at the same moment the one further along.

    The order in which scans arrived does not matter, so late and out-of-order scans are harmless. Announcements
    (label printed, data sent) say nothing of where a parcel is: once one has moved they decide no more.
    """
    known = [scan for scan in scans if scan.status]
    moved = [scan for scan in known if scan.status not in ANNOUNCED]
    return max(moved or known, key=_weight, default=None)


def _weight(scan: Told) -> tuple[datetime, int, str, str]:
    return scan.occurred_at, PROGRESS.index(scan.status), scan.reason, scan.key


def standing(scans: Iterable[Told], *, now: datetime, start: str, started_at: datetime) -> Standing:
    """The status that follows from the scans at ``now``; ``start`` and ``started_at`` hold while there is none.

    A scan dated more than a day ahead is a slip of the carrier's clock: it waits until its day. A parcel of which
    nothing was heard for 30 days is ``expired`` until something is. ``due_at`` is when time alone changes the answer.
    """
    scans = list(scans)
    believed = [scan for scan in scans if scan.occurred_at <= now + AHEAD]
    waiting = [scan.occurred_at - AHEAD for scan in scans if scan.occurred_at > now + AHEAD]
    decisive = newest(believed)
    status, since = (decisive.status, decisive.occurred_at) if decisive else (start, started_at)
    heard_at = max((scan.occurred_at for scan in believed), default=None)
    reason = (decisive.reason or "other") if decisive and status == "exception" else ""
    if status not in (*ENDED, "pending", "expired"):
        silent_from = max(heard_at or started_at, since) + SILENCE
        if silent_from <= now:
            status, since, reason, decisive = "expired", silent_from, "", None
        else:
            waiting.append(silent_from)
    moving = [
        scan.occurred_at for scan in believed if scan.status and scan.status not in (*ANNOUNCED, "cancelled")
    ]
    return Standing(
        status=status,
        since=since,
        reason=reason,
        decisive=decisive,
        heard_at=heard_at,
        moved_at=min(moving, default=None),
        delivered_at=_arrived_at(believed) if status == "delivered" else None,
        due_at=min(waiting, default=None),
    )


def _arrived_at(believed: list[Told]) -> datetime | None:
    """When the unbroken row of "delivered" at the end began: a signature uploaded later moves nothing."""
    arrived = None
    for scan in sorted(
        (scan for scan in believed if scan.status and scan.status not in ANNOUNCED), key=_weight
    ):
        arrived = (arrived or scan.occurred_at) if scan.status == "delivered" else None
    return arrived


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
