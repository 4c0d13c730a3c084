"""The body of our own webhook: scans by tracking number, ours or with the carrier's code. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aftercart.tracking.carriers.times import moment
from aftercart.tracking.carriers.told import text
from aftercart.tracking.ports import HeardScan
from aftercart.tracking.rules import PROGRESS

SOURCE = "webhook"
MOST = 500
REASONS = frozenset(
    {
        "address",
        "refused",
        "damaged",
        "customs",
        "payment_due",
        "weather",
        "capacity",
        "missing",
        "restricted",
        "other",
    }
)


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of what was told: its place, its parcel's number, and the scan or what is wrong with it."""

    at: int
    tracking_number: str
    scan: HeardScan | None
    wrong: str = ""


def read(payload: Any) -> list[Line] | None:
    """The lines of a body; ``None`` where it is not ``{"scans": [...]}`` with at most 500 of them."""
    scans = payload.get("scans") if isinstance(payload, dict) else None
    if not isinstance(scans, list) or len(scans) > MOST:
        return None
    return [_line(at, one) for at, one in enumerate(scans)]


def _line(at: int, told: Any) -> Line:
    if not isinstance(told, dict):
        return Line(at=at, tracking_number="", scan=None, wrong="is not an object")
    number = text(told.get("tracking_number"), 80)
    scan, wrong = scan_of({str(key): value for key, value in told.items()})
    if not number:
        scan, wrong = None, "tracking_number is missing"
    return Line(at=at, tracking_number=number, scan=scan, wrong=wrong)


def scan_of(told: Mapping[str, Any]) -> tuple[HeardScan | None, str]:
    """A scan from ``status`` or ``code``, ``occurred_at`` and what else there is; or what is wrong, in words."""
    status, code = text(told.get("status"), 30), text(told.get("code"), 80)
    reason = text(told.get("reason"), 20)
    occurred_at = text(told.get("occurred_at"), 40)
    at = moment(occurred_at)
    if at is None:
        return None, f"occurred_at is {occurred_at!r}: write ISO 8601 with an offset"
    if status and status not in PROGRESS:
        return None, f"status is {status!r}: use one of {', '.join(PROGRESS)}"
    if not status and not code:
        return None, "status or code is missing"
    if reason and reason not in REASONS:
        return None, f"reason is {reason!r}: use one of {', '.join(sorted(REASONS))}"
    return HeardScan(
        occurred_at=at,
        status=status,
        reason=reason if status == "exception" else "",
        raw_code=code,
        message=text(told.get("message")),
        place=text(told.get("place"), 160),
        key=f"hook:{key}" if (key := text(told.get("id"), 120)) else "",
    ), ""
