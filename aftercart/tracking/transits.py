"""Parcels as ``delivery`` learns from them: where to, since when, whether they came."""

from __future__ import annotations

from django.db.models import QuerySet

from aftercart.delivery.actions import Way, record_transits
from aftercart.delivery.rules import local
from aftercart.tracking.models import Direction, Parcel, Status

NEVER = (Status.CANCELLED, Status.LOST, Status.RETURNED_TO_SENDER, Status.RETURNING)


def record_ways(parcels: QuerySet[Parcel]) -> int:
    """Tell ``delivery`` of these parcels' ways; told again nothing doubles. Returns how many."""
    rows = parcels.filter(direction=Direction.OUTBOUND).exclude(status__in=NEVER)
    rows = rows.select_related("order__channel")
    return record_transits(ways=(_way(parcel) for parcel in rows.order_by("pk").iterator(chunk_size=1000)))


def _way(parcel: Parcel) -> Way:
    order, zone = parcel.order, parcel.order.channel.timezone
    return Way(
        key=f"parcel:{parcel.pk}",
        channel_id=order.channel_id,
        carrier=parcel.carrier,
        country=order.ship_country,
        region=str(order.ship_to.get("region", "")),
        postcode=str(order.ship_to.get("postcode", "")),
        placed_on=local(order.placed_at, zone).date(),
        sent_on=local(parcel.shipped_at, zone).date() if parcel.shipped_at else None,
        arrived_on=local(parcel.delivered_at, zone).date() if parcel.delivered_at else None,
        reference=f"order:{order.pk}",
        promised_on=parcel.promised_on or order.promised_on,
    )
