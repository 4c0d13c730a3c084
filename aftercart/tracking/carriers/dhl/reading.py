"""The answer of DHL's Shipment Tracking, Unified (``/track/shipments``): its events as scans. Pure.

Source: DHL Developer Portal, status codes ``pre-transit, transit, delivered, failure, unknown``. These five say little,
so the English descriptions tell "out for delivery", a failed attempt and a pick-up apart. Times come without an offset:
they are the wall clock of the event's country.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, tzinfo
from typing import Any

from aftercart.tracking.carriers.times import moment
from aftercart.tracking.carriers.told import place, table, tables, text
from aftercart.tracking.ports import Busy, HeardScan, NotAllowed, UnknownNumber, Unreachable

SOURCE = "dhl"
Meaning = tuple[str, str]
CODES: Mapping[str, Meaning] = {
    "pre-transit": ("info_received", ""),
    "transit": ("in_transit", ""),
    "delivered": ("delivered", ""),
    "failure": ("exception", "other"),
}
PHRASES: tuple[tuple[str, Meaning], ...] = (
    ("delivery vehicle", ("out_for_delivery", "")),
    ("out for delivery", ("out_for_delivery", "")),
    ("with delivery courier", ("out_for_delivery", "")),
    ("ready for pick", ("available_for_pickup", "")),
    ("ready for collection", ("available_for_pickup", "")),
    ("could not be delivered", ("attempt_failed", "")),
    ("delivery attempt", ("attempt_failed", "")),
    ("recipient was not present", ("attempt_failed", "")),
    ("returned to the sender", ("returned_to_sender", "")),
    ("being returned", ("returning", "")),
    ("return to sender", ("returning", "")),
    ("damaged", ("exception", "damaged")),
    ("refused", ("exception", "refused")),
    ("customs", ("exception", "customs")),
    ("address", ("exception", "address")),
)
ONLY_WHEN_FAILED = frozenset({"damaged", "refused", "customs", "address"})


def read(answer: Mapping[str, Any], *, zone: tzinfo = UTC) -> list[HeardScan]:
    """All events of the first shipment.

    Raises:
        CarrierTrouble: what the answer's problem document says instead.
    """
    shipment = next(tables(answer.get("shipments")), None)
    if shipment is None:
        raise _trouble(answer)
    events = list(tables(shipment.get("events"))) or [table(shipment.get("status"))]
    scans = (_scan(event, zone) for event in events)
    return [scan for scan in scans if scan]


def _trouble(answer: Mapping[str, Any]) -> Exception:
    status, words = answer.get("status"), text(answer.get("detail"), 150) or text(answer.get("title"), 150)
    if status == 429:
        return Busy(words or "Too many questions.")
    if status in (401, 403):
        return NotAllowed(words or "DHL refused our key.")
    if status == 404:
        return UnknownNumber(words or "DHL does not know this number.")
    return Unreachable(words or "DHL answered something that is no tracking.")


def _scan(told: Mapping[str, Any], zone: tzinfo) -> HeardScan | None:
    address = table(table(told.get("location")).get("address"))
    country = text(address.get("countryCode"), 2)
    at = moment(text(told.get("timestamp"), 40), country=country, zone=zone)
    code = text(told.get("statusCode"), 40).casefold()
    words = text(told.get("description")) or text(told.get("status"))
    if at is None or not (code or words):
        return None
    status, reason = _meaning(code, words.casefold())
    return HeardScan(
        occurred_at=at,
        status=status,
        reason=reason,
        raw_code=f"{code or '?'}: {words}"[:80] if not status else code,
        message=words,
        place=place(address.get("addressLocality")),
    )


def _meaning(code: str, words: str) -> Meaning:
    if code in ("transit", "failure"):
        for phrase, meaning in PHRASES:
            if phrase in words and (code == "failure" or phrase not in ONLY_WHEN_FAILED):
                return meaning
    return CODES.get(code, ("", ""))
