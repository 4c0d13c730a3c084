"""Placing an order: once per channel and number, customer found or made, totals checked."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import IntegrityError, transaction

from aftercart.catalog.actions import reserve
from aftercart.catalog.models import Variant
from aftercart.customers.actions import Person, count_order, find_or_add_customer
from aftercart.customers.models import email_key
from aftercart.delivery.promises import Estimate
from aftercart.kernel import clock
from aftercart.kernel.journal.publish import publish
from aftercart.orders.actions.lock import stock_reference
from aftercart.orders.actions.promise import keep_for, promise_at_placing
from aftercart.orders.addresses import Address, postcode_key
from aftercart.orders.changes.policies import window_end
from aftercart.orders.events import OrderPlaced
from aftercart.orders.models import Line, Order
from aftercart.orders.rules import ExternalIdTaken, Refused
from aftercart.stores.models import Channel


@dataclass(frozen=True, kw_only=True)
class LineDraft:
    """A line to be ordered; amounts in minor units. ``tax_minor`` is contained in or on top of the price."""

    title: str
    quantity: int
    unit_price_minor: int
    sku: str = ""
    discount_minor: int = 0
    tax_minor: int = 0
    kind: str = Line.Kind.PRODUCT
    image_url: str = ""

    @property
    def total_minor(self) -> int:
        """Quantity x unit price - discount."""
        return self.quantity * self.unit_price_minor - self.discount_minor


@dataclass(frozen=True, kw_only=True)
class OrderDraft:
    """An order to be placed; amounts in minor units of ``currency``.

    Line discounts are part of ``discount_minor`` on the order only where ``order_discount_minor`` says so:
    the order's subtotal is the sum of the product lines' totals before the order's own discount.
    """

    number: str
    currency: str
    lines: tuple[LineDraft, ...]
    email: str = ""
    phone: str = ""
    language: str = ""
    external_id: str | None = None
    ship_to: Address = field(default_factory=Address)
    bill_to: Address = field(default_factory=Address)
    shipping_minor: int = 0
    order_discount_minor: int = 0
    discount_code: str = ""
    prices_include_tax: bool = True
    payment_method: str = ""
    shipping_method: str = ""
    placed_at: datetime | None = None
    promised_on: date | None = None
    tags: tuple[str, ...] = ()
    change_minutes: int | None = None
    """How long the shopper may change it; none is the channel's policy, 0 not at all."""


@transaction.atomic
def place_order(*, draft: OrderDraft, channel: Channel, actor: str, source: str = "api") -> Order:
    """Place an order, or return the one that has this number in the channel already.

    Two callers at once get the same order.

    Raises:
        Refused: when it has no line, an amount is negative, or the discount exceeds the goods.
        ExternalIdTaken: when another number has this external id.
    """
    _check(draft)
    now = clock.now()
    existing = _known(draft, channel)
    if existing:
        return existing
    try:
        with transaction.atomic():  # whoever comes second leaves no customer behind
            order = _create(draft, channel, actor, source, now)
    except IntegrityError:
        overtaken = _known(draft, channel)
        if overtaken:
            return overtaken
        if Order.objects.filter(channel=channel, external_id=draft.external_id).exists():
            raise ExternalIdTaken("Another order has this external id.") from None
        raise
    event = OrderPlaced(
        order_id=order.pk,
        customer_id=order.customer_id,
        channel_id=channel.pk,
        number=order.number,
        currency=order.currency,
        total_minor=order.total_minor,
    )
    publish(event, actor=actor, occurred_at=order.placed_at, dedupe_key=f"order-placed:{order.pk}")
    return order


def _known(draft: OrderDraft, channel: Channel) -> Order | None:
    return Order.objects.filter(channel=channel, number=draft.number).first()


def _create(draft: OrderDraft, channel: Channel, actor: str, source: str, now: datetime) -> Order:
    customer = find_or_add_customer(person=_person(draft), actor=actor, channel_id=channel.pk, now=now)
    columns = _columns(draft, channel, now)
    promised = _promised(draft, channel, now)
    if promised:
        columns["promised_on"] = promised.promise.by
    order = Order.objects.create(
        channel=channel, number=draft.number, customer=customer, source=source, **columns
    )
    if promised:
        keep_for(order.pk, promised, now)
    lines = _lines(order, draft)
    Line.objects.bulk_create(lines)
    _set_aside(order, lines, actor=actor)
    count_order(customer_id=customer.pk, placed_at=order.placed_at)
    return order


def _set_aside(order: Order, lines: list[Line], *, actor: str) -> None:
    """What another system has sold is set aside as far as it is there: the promise was made elsewhere."""
    wanted: dict[int, int] = {}
    for line in lines:
        if line.variant_id:
            wanted[line.variant_id] = wanted.get(line.variant_id, 0) + line.quantity
    reserve(wanted=wanted, reference=stock_reference(order.pk), actor=actor, as_many_as_there_are=True)


def _check(draft: OrderDraft) -> None:
    if not draft.lines:
        raise Refused("An order needs at least one line.")
    if any(line.quantity < 1 for line in draft.lines):
        raise Refused("A line's quantity is at least 1.")
    if any(
        line.unit_price_minor < 0 or line.discount_minor < 0 or line.tax_minor < 0 for line in draft.lines
    ):
        raise Refused("Prices, discounts and taxes are never negative.")
    if any(line.total_minor < 0 for line in draft.lines):
        raise Refused("A line's discount is at most its price.")
    if draft.shipping_minor < 0 or draft.order_discount_minor < 0:
        raise Refused("Shipping and discount are never negative.")
    goods = sum(line.total_minor for line in draft.lines if line.kind != Line.Kind.FEE)
    if draft.order_discount_minor > goods + draft.shipping_minor:
        raise Refused("The discount is at most the price of the goods and shipping.")


def _person(draft: OrderDraft) -> Person:
    place = draft.ship_to if draft.ship_to.country else draft.bill_to
    return Person(
        name=draft.bill_to.name or draft.ship_to.name,
        email=draft.email,
        phone=draft.phone,
        language=draft.language,
        country=place.country,
        city=place.city,
        postcode=place.postcode,
    )


def _columns(draft: OrderDraft, channel: Channel, now: datetime) -> dict[str, object]:
    subtotal = sum(line.total_minor for line in draft.lines if line.kind != Line.Kind.FEE)
    fees = sum(line.total_minor for line in draft.lines if line.kind == Line.Kind.FEE)
    tax = sum(line.tax_minor for line in draft.lines)
    total = subtotal - draft.order_discount_minor + draft.shipping_minor + fees
    until = window_end(channel, draft.placed_at or now, draft.change_minutes)
    return {
        "external_id": draft.external_id,
        "email": draft.email.strip(),
        "email_key": email_key(draft.email),
        "phone": draft.phone,
        "language": draft.language or channel.default_language,
        "currency": draft.currency,
        "subtotal_minor": subtotal,
        "discount_minor": draft.order_discount_minor,
        "shipping_minor": draft.shipping_minor,
        "fee_minor": fees,
        "tax_minor": tax,
        "total_minor": total if draft.prices_include_tax else total + tax,
        "prices_include_tax": draft.prices_include_tax,
        "discount_code": draft.discount_code,
        "payment_method": draft.payment_method,
        "shipping_method": draft.shipping_method,
        "ship_to": draft.ship_to.to_mapping(),
        "bill_to": draft.bill_to.to_mapping(),
        "ship_country": draft.ship_to.country,
        "ship_postcode_key": postcode_key(draft.ship_to.postcode or draft.bill_to.postcode),
        "placed_at": draft.placed_at or now,
        "promised_on": draft.promised_on,
        "changeable_until": until,
        "held_until": until,
        "tags": list(draft.tags),
        "created_at": now,
        "updated_at": now,
    }


def _promised(draft: OrderDraft, channel: Channel, now: datetime) -> Estimate | None:
    """When it will come, unless the store promised a day of its own."""
    if draft.promised_on:
        return None
    return promise_at_placing(
        channel=channel,
        ship_to=draft.ship_to,
        method=draft.shipping_method,
        placed_at=draft.placed_at or now,
        now=now,
    )


def _lines(order: Order, draft: OrderDraft) -> list[Line]:
    skus = {line.sku for line in draft.lines if line.sku}
    variants = {v.sku: v for v in Variant.objects.filter(sku__in=skus).select_related("product")}
    return [
        Line(
            order=order,
            position=position,
            kind=line.kind,
            variant=variants.get(line.sku),
            sku=line.sku,
            title=line.title,
            quantity=line.quantity,
            unit_price_minor=line.unit_price_minor,
            discount_minor=line.discount_minor,
            tax_minor=line.tax_minor,
            total_minor=line.total_minor,
            image_url=line.image_url or _image(variants.get(line.sku)),
        )
        for position, line in enumerate(draft.lines, start=1)
    ]


def _image(variant: Variant | None) -> str:
    return (variant.image_url or variant.product.image_url) if variant else ""
