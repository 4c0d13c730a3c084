"""Orders as the API tells them. Amounts are minor units of the order's currency."""

from __future__ import annotations

from datetime import date

from ninja import Schema

from aftercart.kernel.api.cursors import Page
from aftercart.kernel.api.types import Stamp
from aftercart.orders.models import Order


class AddressShown(Schema):
    """A postal address."""

    name: str = ""
    company: str = ""
    line1: str = ""
    line2: str = ""
    city: str = ""
    region: str = ""
    postcode: str = ""
    country: str = ""
    phone: str = ""


class LineShown(Schema):
    """A line of an order."""

    id: int
    position: int
    kind: str
    sku: str
    title: str
    quantity: int
    unit_price_minor: int
    discount_minor: int
    tax_minor: int
    total_minor: int
    fulfilled_quantity: int
    cancelled_quantity: int
    refunded_quantity: int
    open_quantity: int


class OrderShown(Schema):
    """An order with its lines."""

    id: int
    number: str
    external_id: str | None
    channel: str
    customer_id: int | None
    email: str
    language: str
    currency: str
    state: str
    payment_state: str
    fulfilment_state: str
    subtotal_minor: int
    discount_minor: int
    shipping_minor: int
    fee_minor: int
    tax_minor: int
    adjustment_minor: int
    total_minor: int
    paid_minor: int
    refunded_minor: int
    due_minor: int
    prices_include_tax: bool
    discount_code: str
    payment_method: str
    shipping_method: str
    ship_to: AddressShown
    bill_to: AddressShown
    placed_at: Stamp
    promised_on: date | None
    cancelled_at: Stamp | None
    cancel_reason: str
    tags: list[str]
    lines: list[LineShown]


class OrderPage(Page):
    """A page of orders."""

    items: list[OrderShown]


class PaymentShown(Schema):
    """Money that came in."""

    id: int
    order_id: int
    amount_minor: int
    method: str
    reference: str
    paid_at: Stamp


class RefundShown(Schema):
    """Money that went back."""

    id: int
    order_id: int
    amount_minor: int
    reason: str
    refunded_at: Stamp


class FulfilmentShown(Schema):
    """A part of an order that left."""

    id: int
    order_id: int
    fulfilled_at: Stamp


APART = {"channel", "ship_to", "bill_to", "lines"}


def show_order(order: Order) -> OrderShown:
    """An order as the API tells it (its channel and lines loaded)."""
    names = [name for name in OrderShown.model_fields if name not in APART]
    return OrderShown(
        **{name: getattr(order, name) for name in names},
        channel=order.channel.slug,
        ship_to=AddressShown(**order.ship_to),
        bill_to=AddressShown(**order.bill_to),
        lines=[LineShown.model_validate(line, from_attributes=True) for line in order.lines.all()],
    )
