"""The answer of the UPS Track API (``/api/track/v1/details/{number}``): its activities as scans. Pure.

Source: UPS, "Tracking API", status types and codes. We map codes before types, since type I covers "out for delivery"
too; and take the time from ``gmtDate`` and ``gmtTime``, since ``date`` and ``time`` are the wall clock of the place.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from typing import Any

from aftercart.tracking.carriers.times import moment
from aftercart.tracking.carriers.told import place, table, tables, text
from aftercart.tracking.ports import Busy, HeardScan, NotAllowed, UnknownNumber, Unreachable

SOURCE = "ups"
Meaning = tuple[str, str]
CODES: Mapping[str, Meaning] = {
    "MP": ("info_received", ""),
    "OT": ("out_for_delivery", ""),
    "OF": ("out_for_delivery", ""),
    "OD": ("out_for_delivery", ""),
    "FS": ("delivered", ""),
    "KB": ("delivered", ""),
    "2W": ("available_for_pickup", ""),
    "ZP": ("available_for_pickup", ""),
    "RP": ("available_for_pickup", ""),
    "48": ("attempt_failed", ""),
    "49": ("attempt_failed", ""),
    "50": ("attempt_failed", ""),
    "RS": ("returning", ""),
    "VM": ("cancelled", ""),
    "DM": ("exception", "damaged"),
    "RF": ("exception", "refused"),
    "NA": ("exception", "address"),
}
TYPES: Mapping[str, Meaning] = {
    "D": ("delivered", ""),
    "I": ("in_transit", ""),
    "P": ("in_transit", ""),
    "O": ("out_for_delivery", ""),
    "M": ("info_received", ""),
    "MV": ("cancelled", ""),
    "X": ("exception", "other"),
    "RS": ("returning", ""),
    "DO": ("in_transit", ""),
    "DD": ("in_transit", ""),
    "W": ("in_transit", ""),
}


def read(answer: Mapping[str, Any], *, zone: tzinfo = UTC) -> list[HeardScan]:
    """All activities of the first package.

    Raises:
        CarrierTrouble: what the answer's errors or warnings say instead.
    """
    if errors := list(tables(table(answer.get("response")).get("errors"))):
        raise _trouble(errors[0])
    shipment = next(tables(table(answer.get("trackResponse")).get("shipment")), None)
    if shipment is None:
        raise Unreachable("UPS answered something that is no tracking.")
    package = next(tables(shipment.get("package")), None)
    if package is None:
        warning = next(tables(shipment.get("warnings")), {})
        raise UnknownNumber(text(warning.get("message"), 150) or "UPS does not know this number.")
    scans = (_scan(activity, zone) for activity in tables(package.get("activity")))
    return [scan for scan in scans if scan]


def _trouble(error: Mapping[str, Any]) -> Exception:
    code, words = text(error.get("code"), 20), text(error.get("message"), 150)
    if code.startswith("429") or code == "10429" or "too many" in words.casefold():
        return Busy(words or "Too many questions.")
    if code.startswith(("2500", "401", "403")):
        return NotAllowed(words or "UPS refused our credentials.")
    if code.startswith("TV"):
        return UnknownNumber(words or "UPS does not know this number.")
    return Unreachable(words or "UPS answered with an error.")


def _scan(told: Mapping[str, Any], zone: tzinfo) -> HeardScan | None:
    status, address = table(told.get("status")), table(table(told.get("location")).get("address"))
    country = text(address.get("countryCode") or address.get("country"), 2)
    at = _at(told, country, zone)
    kind, code = text(status.get("type"), 4), text(status.get("code"), 10)
    if at is None or not (kind or code):
        return None
    meant, reason = CODES.get(code) or TYPES.get(kind) or ("", "")
    return HeardScan(
        occurred_at=at,
        status=meant,
        reason=reason,
        raw_code=f"{kind} {code}".strip(),
        message=text(status.get("description")),
        place=place(address.get("city"), address.get("stateProvince"), country),
    )


def _at(told: Mapping[str, Any], country: str, zone: tzinfo) -> datetime | None:
    if gmt := _stamp(told.get("gmtDate"), text(told.get("gmtTime"), 8).replace(":", "")):
        return moment(f"{gmt}+00:00")
    local = _stamp(told.get("date"), told.get("time"))
    return moment(f"{local}{text(told.get('gmtOffset'), 6)}", country=country, zone=zone) if local else None


def _stamp(date: Any, time: Any) -> str:
    day, clock = text(date, 8), text(time, 6)
    if not (len(day) == 8 and len(clock) == 6 and (day + clock).isdecimal()):
        return ""
    return f"{day[:4]}-{day[4:6]}-{day[6:]}T{clock[:2]}:{clock[2:4]}:{clock[4:]}"
