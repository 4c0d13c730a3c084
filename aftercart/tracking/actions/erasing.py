"""Forgetting a person."""

from __future__ import annotations

from django.db import transaction

from aftercart.tracking.bench import labels
from aftercart.tracking.models import Label, Parcel, Scan


@transaction.atomic
def erase_customer(*, customer_id: int) -> dict[str, int]:
    """Take out what leads to a person at the carrier's: numbers, places, remarks, labels. Times and status stay."""
    parcels = Parcel.objects.filter(order__customer_id=customer_id)
    names = list(Label.objects.filter(parcel__order__customer_id=customer_id).values_list("name", flat=True))
    transaction.on_commit(lambda: labels.drop(*names))
    scans = Scan.objects.filter(parcel__order__customer_id=customer_id)
    return {
        "tracking.Parcel": parcels.exclude(tracking_number="", tracking_url="").update(
            tracking_number="", tracking_url="", look_at=None, look_problem=""
        ),
        "tracking.Label": Label.objects.filter(name__in=names).delete()[0],
        "tracking.Scan": scans.exclude(message="", place="").update(message="", place=""),
    }
