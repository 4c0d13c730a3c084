"""What rules may ask about orders and their lines, and about the orders of a customer."""

from __future__ import annotations

from django.db.models import F
from django.db.models.fields.json import KeyTextTransform

from aftercart.customers.facts import LANGUAGE_NAMES, customer
from aftercart.kernel.rules import (
    BOOLEAN,
    CHOICE,
    COUNTRY,
    DATE,
    DATETIME,
    LIST,
    MONEY,
    NUMBER,
    TEXT,
    Subject,
    collection,
    fact,
)
from aftercart.orders.models import Change, FulfilmentState, Kind, Line, Order, PaymentState, State
from aftercart.stores.models import Channel


def channels() -> list[tuple[str, str]]:
    """The merchant's channels, by slug."""
    return list(Channel.objects.order_by("name").values_list("slug", "name"))


line = Subject("line", label="Order line", many="lines", model=Line)
fact(line, "sku", TEXT, "SKU", column="sku")
fact(line, "title", TEXT, "Title", column="title")
fact(line, "kind", CHOICE, "Kind", column="kind", choices=Line.Kind.choices)
fact(line, "quantity", NUMBER, "Quantity", column="quantity")
fact(line, "refunded_quantity", NUMBER, "Refunded quantity", column="refunded_quantity")
fact(line, "total", MONEY, "Line total", column="total_minor", currency="order__currency")
fact(line, "vendor", TEXT, "Vendor", column="variant__product__vendor")
fact(line, "product_kind", TEXT, "Product type", column="variant__product__kind")
fact(line, "product_tags", LIST, "Product tags", column="variant__product__tags")

order = Subject("order", label="Order", many="orders", model=Order)
fact(order, "number", TEXT, "Order number", column="number")
fact(order, "channel", CHOICE, "Channel", column="channel__slug", choices=channels)
fact(order, "state", CHOICE, "State", column="state", choices=State.choices)
fact(order, "payment_state", CHOICE, "Payment", column="payment_state", choices=PaymentState.choices)
fact(order, "fulfilment_state", CHOICE, "Sending", column="fulfilment_state", choices=FulfilmentState.choices)
fact(order, "placed_at", DATETIME, "Placed", column="placed_at")
fact(order, "promised_on", DATE, "Promised for", column="promised_on")
fact(order, "total", MONEY, "Total", column="total_minor", currency="currency")
fact(order, "discount", MONEY, "Discount", column="discount_minor", currency="currency")
fact(order, "shipping", MONEY, "Shipping cost", column="shipping_minor", currency="currency")
fact(order, "refunded", MONEY, "Refunded", column="refunded_minor", currency="currency")
fact(order, "country", COUNTRY, "Ships to country", column="ship_country")
fact(order, "city", TEXT, "Ships to city", expression=lambda _: KeyTextTransform("city", "ship_to"))
fact(order, "language", CHOICE, "Language", column="language", choices=LANGUAGE_NAMES)
fact(order, "discount_code", TEXT, "Discount code", column="discount_code")
fact(order, "payment_method", TEXT, "Payment method", column="payment_method")
fact(order, "shipping_method", TEXT, "Shipping method", column="shipping_method")
fact(order, "tags", LIST, "Tags", column="tags")
fact(order, "source", TEXT, "Came from", column="source")
collection(order, "lines", of=line, key="order_id", label="Lines", one="line")
collection(
    order,
    "customer",
    of=customer,
    key="pk",
    owner="customer_id",
    label="Customer",
    one="customer",
    single=True,
)
collection(
    customer,
    "orders",
    of=order,
    key="customer_id",
    label="Orders",
    one="order",
    did="ordered",
    moment="placed_at",
)

change = Subject("change", label="Order change", many="order changes", model=Change)
fact(change, "kind", CHOICE, "Kind of change", column="kind", choices=Kind.choices)
fact(
    change,
    "total_before",
    MONEY,
    "Total before",
    column="total_before_minor",
    currency="order__currency",
)
fact(change, "total_after", MONEY, "Total after", column="total_after_minor", currency="order__currency")
fact(
    change,
    "difference",
    MONEY,
    "Costs more by",
    expression=lambda _: F("total_after_minor") - F("total_before_minor"),
    currency="order__currency",
    help="Less than nothing when the order gets cheaper.",
)
fact(change, "is_abroad", BOOLEAN, "Goes to another country than before", column="is_abroad")
collection(change, "order", of=order, key="pk", owner="order_id", label="Order", one="order", single=True)
