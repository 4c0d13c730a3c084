"""What the journal tells of one order of the demo's past."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from aftercart.config.demo.rows import Written
from aftercart.kernel.journal.events import Event
from aftercart.kernel.journal.publish import Happening
from aftercart.orders.events import (
    OrderCancelled,
    OrderFulfilled,
    OrderPaid,
    OrderPaymentFailed,
    OrderPlaced,
    OrderRefunded,
)
from aftercart.reviews.events import ReviewReceived
from aftercart.tracking.events import ParcelDelivered, ParcelScanned, ParcelSent
from aftercart.tracking.rules import days_late


def happenings(one: Written) -> Iterator[Happening]:
    """The entries of one order, in the order in which things happened, marked as history."""
    for number, (event, at) in enumerate(_told(one)):
        yield Happening(
            event=event,
            actor="system",
            occurred_at=at,
            dedupe_key=f"demo:{one.order.pk}:{number}",
            source="demo",
            is_history=True,
        )


def _told(one: Written) -> Iterator[tuple[Event, datetime]]:
    yield from _money(one)
    yield from _parcel(one)
    if one.review:
        order = one.order
        event = ReviewReceived(
            review_id=one.review.pk, order_id=order.pk, customer_id=order.customer_id, score=one.review.score
        )
        yield event, one.review.written_at


def _money(one: Written) -> Iterator[tuple[Event, datetime]]:
    order = one.order
    where = _order(one)
    placed = OrderPlaced(**where, currency=order.currency, total_minor=order.total_minor)
    yield placed, order.placed_at
    if one.plan.is_declined:
        failed = OrderPaymentFailed(**where, method=one.plan.payment, reason="declined")
        yield failed, order.placed_at
    if one.payment:
        amount, method = one.payment.amount_minor, one.payment.method
        paid = OrderPaid(**where, currency=order.currency, amount_minor=amount, method=method, is_full=True)
        yield paid, one.payment.paid_at
    if order.cancelled_at:
        cancelled = OrderCancelled(**where, reason=order.cancel_reason, is_full=True)
        yield cancelled, order.cancelled_at
    if one.refund:
        refunded = OrderRefunded(
            **where,
            currency=order.currency,
            amount_minor=one.refund.amount_minor,
            reason=one.refund.reason,
            is_full=order.refunded_minor == order.paid_minor,
        )
        yield refunded, one.refund.refunded_at


def _order(one: Written) -> dict[str, Any]:
    return {
        "order_id": one.order.pk,
        "customer_id": one.order.customer_id,
        "channel_id": one.order.channel_id,
        "number": one.order.number,
    }


def _parcel(one: Written) -> Iterator[tuple[Event, datetime]]:
    if not (one.fulfilment and one.parcel):
        return
    order = one.order
    fulfilled = OrderFulfilled(
        **_order(one),
        fulfilment_id=one.fulfilment.pk,
        lines=tuple((line.pk, line.quantity) for line in one.lines),
        is_full=True,
    )
    yield fulfilled, one.fulfilment.fulfilled_at
    where: dict[str, Any] = {
        "parcel_id": one.parcel.pk,
        "order_id": order.pk,
        "customer_id": order.customer_id,
        "channel_id": order.channel_id,
    }
    sent = ParcelSent(**where, carrier=one.parcel.carrier, tracking_number=one.parcel.tracking_number)
    yield sent, one.fulfilment.fulfilled_at
    for scan in one.scans:
        yield ParcelScanned(**where, status=scan.status, place=scan.place), scan.occurred_at
    if delivered_at := one.plan.delivered_at:
        on = delivered_at.date()
        late = days_late(promised_on=order.promised_on, delivered_on=on, today=on)
        yield ParcelDelivered(**where, delivered_at=delivered_at, days_late=late), delivered_at
