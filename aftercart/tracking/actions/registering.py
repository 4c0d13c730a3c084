"""Making a parcel known."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction

from aftercart.kernel import clock
from aftercart.kernel.journal.publish import publish
from aftercart.orders.models import Fulfilment, Line, Order
from aftercart.orders.rules import Refused
from aftercart.tracking.events import ParcelSent
from aftercart.tracking.models import Direction, Parcel, ParcelLine, Status
from aftercart.tracking.numbers import carrier_of, tidy
from aftercart.tracking.rules import SILENCE

GONE = (Status.LOST, Status.CANCELLED, Status.RETURNED_TO_SENDER)


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
    tracking_number = tidy(tracking_number)
    since = shipped_at or now
    parcel = Parcel.objects.create(
        order=order,
        fulfilment=fulfilment,
        direction=Direction.OUTBOUND,
        carrier=carrier,
        carrier_code=carrier_of(carrier, tracking_number, country=order.ship_country),
        tracking_number=tracking_number,
        tracking_url=tracking_url,
        status=Status.INFO_RECEIVED if tracking_number else Status.PENDING,
        status_at=since,
        due_at=max(since, now) + SILENCE if tracking_number else None,
        look_at=now if tracking_number else None,
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
    publish(event, actor=actor, occurred_at=since, dedupe_key=f"parcel-sent:{parcel.pk}")
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
