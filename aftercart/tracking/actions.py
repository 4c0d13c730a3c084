"""The only writer of parcels."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db import transaction

from aftercart.kernel import clock
from aftercart.kernel.journal.publish import publish
from aftercart.orders.models import Fulfilment, Line, Order
from aftercart.orders.rules import Refused
from aftercart.tracking.events import ParcelDelivered, ParcelScanned, ParcelSent
from aftercart.tracking.models import Parcel, ParcelLine, Scan, Status
from aftercart.tracking.rules import Told, days_late, newest

GONE = (Status.LOST, Status.CANCELLED, Status.RETURNED_TO_SENDER)
AHEAD = timedelta(days=7)


@transaction.atomic
def register_parcel(
    *,
    order_id: int,
    key: str,
    actor: str,
    carrier: str = "",
    tracking_number: str = "",
    tracking_url: str = "",
    fulfilment: Fulfilment | None = None,
    quantities_by_line: Mapping[int, int] | None = None,
    promised_on: date | None = None,
    shipped_at: datetime | None = None,
) -> Parcel:
    """Make a parcel known; the same ``key`` gives the parcel that was made first.

    Without ``quantities_by_line`` it holds what the fulfilment holds.

    Raises:
        Refused: when a line is not the order's, or more is put in parcels than was ordered.
    """
    order = Order.objects.select_for_update().get(pk=order_id)
    known = Parcel.objects.filter(key=key).first()
    if known:
        return known
    now = clock.now()
    parcel = Parcel.objects.create(
        order=order,
        fulfilment=fulfilment,
        carrier=carrier,
        tracking_number=tracking_number,
        tracking_url=tracking_url,
        status=Status.INFO_RECEIVED if tracking_number else Status.PENDING,
        status_at=shipped_at or now,
        promised_on=promised_on or order.promised_on,
        shipped_at=shipped_at,
        key=key,
        created_at=now,
    )
    _pack(parcel, quantities_by_line if quantities_by_line is not None else _of(fulfilment))
    event = ParcelSent(
        parcel_id=parcel.pk,
        order_id=order.pk,
        customer_id=order.customer_id,
        channel_id=order.channel_id,
        carrier=carrier,
        tracking_number=tracking_number,
    )
    publish(event, actor=actor, occurred_at=shipped_at or now, dedupe_key=f"parcel-sent:{parcel.pk}")
    return parcel


def _of(fulfilment: Fulfilment | None) -> dict[int, int]:
    return {line.line_id: line.quantity for line in fulfilment.lines.all()} if fulfilment else {}


def _pack(parcel: Parcel, wanted: Mapping[int, int]) -> None:
    lines = {line.pk: line for line in Line.objects.filter(order_id=parcel.order_id)}
    packed = ParcelLine.objects.filter(parcel__order_id=parcel.order_id).exclude(parcel__status__in=GONE)
    already: dict[int, int] = {}
    for line_id, quantity in packed.values_list("line_id", "quantity"):
        already[line_id] = already.get(line_id, 0) + quantity
    for line_id, quantity in wanted.items():
        if line_id not in lines:
            raise Refused(f"Line {line_id} is not a line of this order.")
        ordered = lines[line_id].quantity - lines[line_id].cancelled_quantity
        if not 1 <= quantity <= ordered - already.get(line_id, 0):
            raise Refused(f"More of “{lines[line_id].title}” is packed than was ordered.")
    ParcelLine.objects.bulk_create(
        ParcelLine(parcel=parcel, line_id=line_id, quantity=quantity) for line_id, quantity in wanted.items()
    )


@transaction.atomic
def record_scan(
    *,
    parcel_id: int,
    status: str,
    occurred_at: datetime,
    actor: str,
    message: str = "",
    place: str = "",
    key: str = "",
) -> Scan:
    """Append what a carrier said and derive the parcel's status anew.

    The same scan told twice is one; late and out-of-order scans are normal. A time more than a week ahead is a
    carrier's slip and counts as that day, so that it cannot decide the status for years.

    Raises:
        Refused: when the status is not one of :class:`Status`.
    """
    if status not in Status.values:
        raise Refused(f"{status!r} is not a parcel status; use one of {', '.join(Status.values)}.")
    parcel = Parcel.objects.select_for_update().select_related("order__channel").get(pk=parcel_id)
    occurred_at = min(occurred_at, clock.now() + AHEAD).astimezone(UTC)
    told = f"{status}|{occurred_at.isoformat()}|{place}|{message}"
    scan, is_new = Scan.objects.get_or_create(
        parcel=parcel,
        key=key or hashlib.sha256(told.encode()).hexdigest()[:40],
        defaults={
            "status": status,
            "message": message,
            "place": place,
            "occurred_at": occurred_at,
            "recorded_at": clock.now(),
        },
    )
    if is_new:
        _derive(parcel, scan, actor)
    return scan


def _derive(parcel: Parcel, scan: Scan, actor: str) -> None:
    scans = [Told(status=s.status, occurred_at=s.occurred_at) for s in parcel.scans.all()]
    decisive = newest(scans)
    if decisive is None:
        return
    was_delivered = parcel.status == Status.DELIVERED
    parcel.status, parcel.status_at = decisive.status, decisive.occurred_at
    parcel.delivered_at = decisive.occurred_at if decisive.status == Status.DELIVERED else None
    moving = [s.occurred_at for s in scans if s.status not in {Status.PENDING, Status.INFO_RECEIVED}]
    parcel.shipped_at = min([*moving, *([parcel.shipped_at] if parcel.shipped_at else [])], default=None)
    parcel.save(update_fields=["status", "status_at", "delivered_at", "shipped_at"])
    _tell(parcel, scan, actor, has_arrived=parcel.status == Status.DELIVERED and not was_delivered)


def _tell(parcel: Parcel, scan: Scan, actor: str, *, has_arrived: bool) -> None:
    order = parcel.order
    event = ParcelScanned(
        parcel_id=parcel.pk,
        order_id=order.pk,
        customer_id=order.customer_id,
        channel_id=order.channel_id,
        status=parcel.status,
        place=scan.place,
    )
    publish(event, actor=actor, occurred_at=scan.occurred_at, dedupe_key=f"parcel-scanned:{scan.pk}")
    if has_arrived and parcel.delivered_at:
        on = parcel.delivered_at.astimezone(_zone(order.channel.timezone)).date()
        arrived = ParcelDelivered(
            parcel_id=parcel.pk,
            order_id=order.pk,
            customer_id=order.customer_id,
            channel_id=order.channel_id,
            delivered_at=parcel.delivered_at,
            days_late=days_late(promised_on=parcel.promised_on, delivered_on=on, today=on),
        )
        key = f"parcel-delivered:{parcel.pk}:{scan.pk}"
        publish(arrived, actor=actor, occurred_at=parcel.delivered_at, dedupe_key=key)


def _zone(name: str) -> ZoneInfo:
    """Where the channel is: a promise is a day on its calendar."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


@transaction.atomic
def erase_customer(*, customer_id: int) -> dict[str, int]:
    """Take out what leads to a person at the carrier's: numbers, places, remarks. Times and status stay."""
    parcels = Parcel.objects.filter(order__customer_id=customer_id)
    scans = Scan.objects.filter(parcel__order__customer_id=customer_id)
    return {
        "tracking.Parcel": parcels.exclude(tracking_number="", tracking_url="").update(
            tracking_number="", tracking_url=""
        ),
        "tracking.Scan": scans.exclude(message="", place="").update(message="", place=""),
    }
