"""What an exported row says beyond its own columns: an order's promise, a parcel's scans."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import CharField, Count, F, Min, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Coalesce, Concat

from aftercart.delivery.models import GivenPromise
from aftercart.tracking.models import Direction, Scan, Status

NOT_MOVED = (Status.PENDING, Status.INFO_RECEIVED, Status.CANCELLED, Status.EXPIRED)
AHEAD = timedelta(days=1)


def with_promise(orders: QuerySet[Any]) -> QuerySet[Any]:
    """Orders with the days that were told when they were placed, whatever was promised later."""
    reference = Concat(Value("order:"), Cast(OuterRef("pk"), CharField()))
    given = GivenPromise.objects.filter(reference=reference)
    found: QuerySet[Any] = orders.annotate(
        likely_on=Subquery(given.values("likely_on")[:1]), by_on=Subquery(given.values("by_on")[:1])
    )
    return found


def with_scans(parcels: QuerySet[Any]) -> QuerySet[Any]:
    """Parcels to shoppers with the stages of their way.

    Scans count as the merchant explains their codes; those dated more than a day after they were told are
    slips of a clock and do not.
    """
    seen = Scan.objects.understood().filter(parcel=OuterRef("pk"), occurred_at__lte=F("recorded_at") + AHEAD)
    moved = ~Q(meant__in=["", *NOT_MOVED])
    found: QuerySet[Any] = parcels.filter(direction=Direction.OUTBOUND).annotate(
        first_scan_at=_of_scans(seen, Min("occurred_at", filter=moved)),
        out_at=_of_scans(seen, Min("occurred_at", filter=Q(meant=Status.OUT_FOR_DELIVERY))),
        failed_attempts=Coalesce(_of_scans(seen, Count("pk", filter=Q(meant=Status.ATTEMPT_FAILED))), 0),
    )
    return found


def _of_scans(scans: QuerySet[Any], answer: Any) -> Subquery:
    """One answer of a parcel's scans, in one row."""
    return Subquery(scans.order_by().values("parcel").annotate(answer=answer).values("answer"))
