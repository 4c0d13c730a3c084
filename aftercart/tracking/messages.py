"""What parcels write to shoppers: on its way, arriving, arrived, and whatever comes between."""

from __future__ import annotations

from functools import partial
from typing import Any

from aftercart.messaging.messages import message_kind
from aftercart.orders.messages import sample as order_sample
from aftercart.tracking.news import example, no_longer_true

VARIABLES = {
    "name": "the shopper's name; may be empty",
    "number": "the order's number",
    "order_url": "the signed address of the order page",
    "parcels": "of each parcel: carrier, tracking_number, tracking_url, status, due_on (a day, or empty), place, "
    "and lines with title and quantity",
    "count": "how many parcels it is about",
    "to_come": "how many pieces of the order have not left yet",
    "problem": "exception, returning, returned_to_sender or lost; may be empty",
    "cause": "why it is late: promise (the day has passed) or silence (no word from the carrier)",
    "expected_by": "the new latest day of a late parcel; may be empty",
}
_PLACES = {
    "en": "Linden Way Post Office",
    "pl": "Paczkomat WAW123, ul. Lipowa 7",
    "ja": "神宮前郵便局",
    "ru": "Пункт выдачи, ул. Липовая, 7",
    "th": "ไปรษณีย์คลองเตย",
}


def sample(language: str, *, status: str) -> dict[str, Any]:
    """News of a parcel as it might be written in the language."""
    full = order_sample(language)
    waits = status in {"available_for_pickup", "attempt_failed"}
    is_late = status == "late"
    return {
        "name": full["name"],
        "number": full["number"],
        "order_url": full["order_url"],
        "parcels": [
            {
                "carrier": "DHL",
                "tracking_number": "00340434161094042557",
                "tracking_url": "https://carrier.example/00340434161094042557",
                "status": "in_transit" if is_late else status,
                "due_on": "" if waits or status in {"delivered", "exception"} else full["delivery_by"],
                "place": _PLACES[language] if status == "available_for_pickup" else "",
                "lines": [{key: line[key] for key in ("title", "quantity")} for line in full["lines"]],
            }
        ],
        "count": 1,
        "to_come": 0,
        "problem": "exception" if status == "exception" else "",
        "cause": "promise",
        "expected_by": full["delivery_by"] if is_late else "",
    }


for _name, _label, _status, _when in (
    ("parcel_sent", "Shipped", "in_transit", "When a parcel is handed to the carrier."),
    (
        "parcel_out_for_delivery",
        "Out for delivery",
        "out_for_delivery",
        "When the carrier has it in the van.",
    ),
    ("parcel_delivered", "Delivered", "delivered", "When a parcel has arrived."),
    (
        "order_delivered",
        "All parcels delivered",
        "delivered",
        "When the last of several parcels has arrived.",
    ),
    ("parcel_attempt_failed", "Delivery attempt failed", "attempt_failed", "When nobody took it in."),
    ("parcel_pickup", "Ready for pick-up", "available_for_pickup", "When it waits at a pick-up point."),
    ("parcel_delayed", "Delayed", "late", "When a parcel is late or silent, before the shopper asks."),
    ("parcel_problem", "Problem on the way", "exception", "When it is held up, comes back or is lost."),
):
    message_kind(
        _name,
        app="tracking",
        label=_label,
        variables=VARIABLES,
        sample=partial(sample, status=_status),
        when=_when,
        structure="parcel_news",
        may_be_off=True,
        example=partial(example, _name),
        stale=no_longer_true,
    )
