"""AfterShip's payload (``tracking_update``): its checkpoints as scans. Pure.

Source of tags and subtags: AfterShip, "Delivery statuses" and "Webhook specifications".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, tzinfo
from typing import Any

from aftercart.tracking.carriers.times import moment
from aftercart.tracking.carriers.told import place, table, tables, text
from aftercart.tracking.ports import HeardScan

SOURCE = "aftership"
Meaning = tuple[str, str]
TAGS: Mapping[str, Meaning] = {
    "Pending": ("pending", ""),
    "InfoReceived": ("info_received", ""),
    "InTransit": ("in_transit", ""),
    "OutForDelivery": ("out_for_delivery", ""),
    "AttemptFail": ("attempt_failed", ""),
    "Delivered": ("delivered", ""),
    "AvailableForPickup": ("available_for_pickup", ""),
    "Exception": ("exception", "other"),
    "Expired": ("expired", ""),
}
SUBTAGS: Mapping[str, Meaning] = {
    "Exception_002": ("exception", "address"),
    "Exception_003": ("exception", "refused"),
    "Exception_004": ("exception", "customs"),
    "Exception_005": ("exception", "capacity"),
    "Exception_006": ("exception", "payment_due"),
    "Exception_007": ("exception", "address"),
    "Exception_009": ("exception", "restricted"),
    "Exception_010": ("returning", ""),
    "Exception_011": ("returned_to_sender", ""),
    "Exception_012": ("exception", "damaged"),
    "Exception_013": ("lost", ""),
}
COUNTRIES = {
    "DEU": "DE",
    "POL": "PL",
    "JPN": "JP",
    "THA": "TH",
    "GBR": "GB",
    "FRA": "FR",
    "NLD": "NL",
    "AUT": "AT",
}


@dataclass(frozen=True, kw_only=True)
class Update:
    """A message of AfterShip: which parcel, and what was said of it; ``skipped`` checkpoints had no readable time."""

    tracking_number: str
    scans: list[HeardScan]
    skipped: int


def read(payload: Mapping[str, Any], *, zone: tzinfo = UTC) -> Update | None:
    """The update in a payload, or ``None`` where it is about something else.

    ``zone`` is for times without an offset in a country with several clocks.
    """
    message = table(payload.get("msg"))
    number = text(message.get("tracking_number"), 80)
    if not number:
        return None
    scans, skipped = [], 0
    for checkpoint in tables(message.get("checkpoints")):
        scan = _scan(checkpoint, zone)
        if scan:
            scans.append(scan)
        else:
            skipped += 1
    return Update(tracking_number=number, scans=scans, skipped=skipped)


def _scan(told: Mapping[str, Any], zone: tzinfo) -> HeardScan | None:
    country = text(told.get("country_iso3"), 3)
    at = moment(text(told.get("checkpoint_time"), 40), country=COUNTRIES.get(country, ""), zone=zone)
    tag, subtag = text(told.get("tag"), 40), text(told.get("subtag"), 40)
    if at is None or not (tag or subtag):
        return None
    status, reason = SUBTAGS.get(subtag) or TAGS.get(tag) or ("", "")
    where = told.get("location") or place(told.get("city"), told.get("state"), country)
    return HeardScan(
        occurred_at=at,
        status=status,
        reason=reason,
        raw_code=subtag or tag,
        message=text(told.get("message")),
        place=text(where, 160),
    )
