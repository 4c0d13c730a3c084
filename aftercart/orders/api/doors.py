"""The API's doors to orders."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Literal

from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import FilterSchema, Query, Router, Status

from aftercart.customers.models import email_key
from aftercart.kernel.api.cursors import Cursor, Limit, page_of
from aftercart.kernel.api.idempotency import once
from aftercart.kernel.api.problems import Problem
from aftercart.kernel.api.types import Email, Id, Moment, Short
from aftercart.kernel.money import MoneyError, exponent
from aftercart.orders.actions import cancel_order, fulfil_order, place_order, record_payment, refund_order
from aftercart.orders.api.bodies import (
    CancellationBody,
    FulfilmentBody,
    OrderBody,
    PaymentBody,
    RefundBody,
    as_mapping,
)
from aftercart.orders.api.shown import (
    FulfilmentShown,
    OrderPage,
    OrderShown,
    PaymentShown,
    RefundShown,
    show_order,
)
from aftercart.orders.models import Order
from aftercart.orders.rules import ExternalIdTaken, Refused
from aftercart.stores.tokens import TokenRequest, channel_of, need, within_token

router = Router(tags=["Orders"])


class OrderFilter(FilterSchema):
    """Which orders to list."""

    channel: Short = ""
    number: Short = ""
    email: Email = ""
    customer_id: Id | None = None
    state: Literal["open", "completed", "cancelled"] | None = None
    payment_state: (
        Literal["pending", "partly_paid", "paid", "partly_refunded", "refunded", "failed"] | None
    ) = None
    fulfilment_state: Literal["unfulfilled", "partial", "fulfilled"] | None = None
    placed_since: Moment | None = None
    placed_before: Moment | None = None

    def applied(self, rows: QuerySet[Order]) -> QuerySet[Order]:
        """The rows that fit."""
        wanted: dict[str, str | int | datetime | None] = {
            "channel__slug": self.channel or None,
            "number": self.number or None,
            "email_key": email_key(self.email) or None,
            "customer_id": self.customer_id,
            "state": self.state,
            "payment_state": self.payment_state,
            "fulfilment_state": self.fulfilment_state,
            "placed_at__gte": self.placed_since,
            "placed_at__lt": self.placed_before,
        }
        return rows.filter(**{name: value for name, value in wanted.items() if value is not None})


@contextmanager
def refusals() -> Iterator[None]:
    """An action's refusal as a 409, in its own words."""
    try:
        yield
    except Refused as refusal:
        raise Problem(409, str(refusal)) from refusal


def reached(request: TokenRequest) -> QuerySet[Order]:
    """The orders this token reaches, ready to be shown."""
    rows = within_token(Order.objects.all(), request)
    return rows.select_related("channel").prefetch_related("lines")


def get_reached(request: TokenRequest, order_id: int) -> Order:
    """One order this token reaches, else 404."""
    return get_object_or_404(reached(request), pk=order_id)


@router.get("", response=OrderPage, summary="List orders")
def list_orders(
    request: HttpRequest,
    filters: Query[OrderFilter],
    cursor: Cursor = "",
    limit: Limit = 50,
) -> object:
    """Orders, newest first."""
    rows = filters.applied(reached(need(request, "orders:read")))
    return page_of(rows, cursor=cursor, limit=limit, by="placed_at", show=show_order)


@router.post("", response={201: OrderShown}, summary="Place an order")
@once
def add_order(request: HttpRequest, body: OrderBody) -> Status[OrderShown]:
    """Place an order. One with this number in the channel already is returned as it is, unchanged."""
    known = need(request, "orders:write")
    channel = channel_of(known, body.channel)
    try:
        exponent(body.currency)
    except MoneyError as error:
        raise Problem(422, str(error), [("/currency", str(error))]) from error
    try:
        order = place_order(draft=body.draft(), channel=channel, actor=known.actor)
    except ExternalIdTaken as refusal:
        raise Problem(409, str(refusal), [("/external_id", "is taken")]) from refusal
    except Refused as refusal:
        raise Problem(422, str(refusal)) from refusal
    return Status(201, show_order(get_reached(known, order.pk)))


@router.get("/{order_id}", response=OrderShown, summary="One order")
def get_order(request: HttpRequest, order_id: Id) -> object:
    """The order with this id."""
    return show_order(get_reached(need(request, "orders:read"), order_id))


@router.post("/{order_id}/payments", response={201: PaymentShown}, summary="Record a payment")
@once
def add_payment(request: HttpRequest, order_id: Id, body: PaymentBody) -> Status[PaymentShown]:
    """Record money received; a reference told twice is counted once."""
    known = need(request, "orders:write")
    order = get_reached(known, order_id)
    with refusals():
        payment = record_payment(
            order_id=order_id,
            amount_minor=body.amount_minor,
            method=body.method,
            reference=body.reference,
            key=f"api:{order.channel_id}:{body.method}:{body.reference}",
            actor=known.actor,
            paid_at=body.paid_at,
        )
    return Status(201, PaymentShown.model_validate(payment, from_attributes=True))


@router.post("/{order_id}/fulfilments", response={201: FulfilmentShown}, summary="Record what left")
@once
def add_fulfilment(request: HttpRequest, order_id: Id, body: FulfilmentBody) -> Status[FulfilmentShown]:
    """Record that lines left the house."""
    known = need(request, "orders:write")
    get_reached(known, order_id)
    with refusals():
        fulfilment = fulfil_order(
            order_id=order_id,
            key=f"api:{order_id}:{body.key}",
            actor=known.actor,
            quantities_by_line=None if body.lines is None else as_mapping(body.lines),
            fulfilled_at=body.fulfilled_at,
        )
    return Status(201, FulfilmentShown.model_validate(fulfilment, from_attributes=True))


@router.post("/{order_id}/cancellation", response={201: OrderShown}, summary="Cancel what has not left")
@once
def add_cancellation(request: HttpRequest, order_id: Id, body: CancellationBody) -> Status[OrderShown]:
    """Cancel everything of the order that is still open."""
    known = need(request, "orders:write")
    get_reached(known, order_id)
    with refusals():
        cancel_order(order_id=order_id, reason=body.reason, actor=known.actor)
    return Status(201, show_order(get_reached(known, order_id)))


@router.post("/{order_id}/refunds", response={201: RefundShown}, summary="Record a refund")
@once
def add_refund(request: HttpRequest, order_id: Id, body: RefundBody) -> Status[RefundShown]:
    """Record money that went back: never more than came in."""
    known = need(request, "orders:write")
    get_reached(known, order_id)
    with refusals():
        refund = refund_order(
            order_id=order_id,
            amount_minor=body.amount_minor,
            key=f"api:{order_id}:{body.key}",
            reason=body.reason,
            actor=known.actor,
            quantities_by_line=as_mapping(body.lines),
        )
    return Status(201, RefundShown.model_validate(refund, from_attributes=True))
