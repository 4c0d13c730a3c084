"""What makes the demo's parcels believable: carriers known by code, news and silence, a code nobody knows, a torn box."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Max, OuterRef, Subquery

from aftercart.kernel import clock
from aftercart.tracking.actions import explain_code, record_many
from aftercart.tracking.models import Parcel, Scan, Status
from aftercart.tracking.numbers import carrier_named
from aftercart.tracking.ports import HeardScan

ACTOR = "demo"


def settle_parcels() -> None:
    """Bring the parcels that were written in bulk up to what their scans say, and give some of them a story."""
    newest = (
        Scan.objects.filter(parcel=OuterRef("pk")).order_by().values("parcel").annotate(at=Max("occurred_at"))
    )
    Parcel.objects.update(heard_at=Subquery(newest.values("at")))
    for name in Parcel.objects.order_by().values_list("carrier", flat=True).distinct():
        if known := carrier_named(name):
            Parcel.objects.filter(carrier=name).update(carrier_code=known.code)
    moving = list(Parcel.objects.filter(status=Status.IN_TRANSIT).order_by("-status_at", "pk")[:6])
    if len(moving) >= 3:
        _tell(moving)


def _tell(moving: list[Parcel]) -> None:
    """One is torn, one was called delivered too early, one met a code that is explained and one that is not."""
    torn, early, odd = moving[:3]
    now = clock.now()
    hours = timedelta(hours=1)
    record_many(
        told={
            torn.pk: [
                _said("exception", now - 5 * hours, "Box torn, packed anew", "Leipzig", reason="damaged")
            ],
            early.pk: [
                _said("delivered", now - 9 * hours, "Delivered", "Berlin"),
                _said("in_transit", now - 3 * hours, "Handed over by mistake, fetched back", "Berlin"),
            ],
            odd.pk: [
                HeardScan(raw_code="SORT-M", occurred_at=now - 4 * hours, message="Sorted by hand"),
                HeardScan(raw_code="Q7", occurred_at=now - 2 * hours, message="Q7"),
            ],
        },
        actor=ACTOR,
        source="webhook",
    )
    explain_code(source="webhook", raw_code="SORT-M", status="in_transit", actor=ACTOR)


def _said(status: str, at: datetime, message: str, place: str, reason: str = "") -> HeardScan:
    return HeardScan(status=status, occurred_at=at, message=message, place=place, reason=reason)
