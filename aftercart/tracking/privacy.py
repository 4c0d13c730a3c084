"""What this app knows of a person, hands out and forgets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

from aftercart.kernel.privacy.registry import (
    Identifiers,
    Person,
    Sheet,
    Table,
    Treatment,
    personal_data,
)
from aftercart.kernel.privacy.rows import sheet
from aftercart.tracking.actions import erase_customer
from aftercart.tracking.models import Parcel, Scan, Status

UNDER_WAY = (
    Status.INFO_RECEIVED,
    Status.IN_TRANSIT,
    Status.OUT_FOR_DELIVERY,
    Status.ATTEMPT_FAILED,
    Status.AVAILABLE_FOR_PICKUP,
)
STALE = timedelta(days=60)
RETENTION = "kept with the order"


def _identify(customer_id: int) -> Identifiers:
    parcels = Parcel.objects.filter(order__customer_id=customer_id).exclude(tracking_number="")
    return Identifiers(texts=frozenset(parcels.values_list("tracking_number", flat=True)))


def _export(person: Person) -> Iterable[Sheet]:
    yield sheet(
        "parcels",
        "Your parcels.",
        Parcel.objects.filter(order__customer_id=person.customer_id),
        *("id", "order__number", "carrier", "tracking_number", "tracking_url", "status", "status_at"),
        *("promised_on", "shipped_at", "delivered_at"),
    )
    yield sheet(
        "scans",
        "What carriers said about your parcels.",
        Scan.objects.filter(parcel__order__customer_id=person.customer_id),
        *("parcel_id", "status", "message", "place", "occurred_at"),
    )


def _erase(person: Person) -> Mapping[str, int]:
    return erase_customer(customer_id=person.customer_id)


def _hinder(person: Person) -> Sequence[str]:
    """A parcel on its way needs its number until it has arrived."""
    moving = Parcel.objects.filter(
        order__customer_id=person.customer_id, status__in=UNDER_WAY, status_at__gt=person.now - STALE
    )
    numbers = moving.order_by("pk").values_list("order__number", flat=True)
    return [f"A parcel of order {number} is still on its way." for number in numbers]


personal_data(
    app="tracking",
    tables=[
        Table(
            model="tracking.Parcel",
            treatment=Treatment.PSEUDONYMISED,
            retention=RETENTION,
            reason="when it was sent and arrived; no tracking number",
        ),
        Table(
            model="tracking.Scan",
            treatment=Treatment.PSEUDONYMISED,
            retention=RETENTION,
            reason="status and time; no places, no remarks",
        ),
        Table(
            model="tracking.CodeMeaning",
            treatment=Treatment.KEPT,
            retention="kept",
            reason="what carriers' codes mean; names staff only",
        ),
        Table(
            model="tracking.CarrierService",
            treatment=Treatment.KEPT,
            retention="kept",
            reason="how carriers' services answer; names nobody",
        ),
        Table(
            model="tracking.Label",
            treatment=Treatment.ERASED,
            retention=RETENTION,
            reason="holds a name and an address",
        ),
        Table(
            model="tracking.PickRun",
            treatment=Treatment.KEPT,
            retention=RETENTION,
            reason="which colleague packed; names no shopper",
        ),
        Table(model="tracking.Pick", treatment=Treatment.KEPT, retention=RETENTION, reason="names nobody"),
        Table(model="tracking.Delay", treatment=Treatment.KEPT, retention=RETENTION, reason="names nobody"),
        Table(
            model="tracking.ParcelLine", treatment=Treatment.KEPT, retention=RETENTION, reason="names nobody"
        ),
    ],
    identify=_identify,
    export=_export,
    erase=_erase,
    hinder=_hinder,
)
