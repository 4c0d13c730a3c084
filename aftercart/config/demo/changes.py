"""Orders of the last minutes in the demo: some can still be changed, some changes wait for a colleague."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from aftercart.catalog.actions import adjust
from aftercart.catalog.models import Variant
from aftercart.kernel import clock
from aftercart.orders.actions import (
    LineDraft,
    OrderDraft,
    ask_change,
    place_order,
    record_payment,
    save_change_policy,
)
from aftercart.orders.addresses import Address
from aftercart.orders.changes.policies import DEFAULT
from aftercart.orders.models import Kind, Order
from aftercart.stores.models import Channel

LASTS = 24 * 60
PEOPLE = (
    ("Hanna Vogt", "hanna.vogt@post.example", "Gartenstraße 12", "50667", "Köln"),
    ("Piotr Zając", "piotr.zajac@poczta.example", "Seestraße 3", "13353", "Berlin"),
    ("Lena Brandt", "lena.brandt@mail.example", "Kirchgasse 8", "01067", "Dresden"),
    ("Tom Albers", "tom.albers@mail.example", "Hafenweg 21", "20457", "Hamburg"),
)


@transaction.atomic
def keep_stock() -> None:
    """Count every variant; a few are nearly gone."""
    for number, variant in enumerate(Variant.objects.order_by("pk")):
        adjust(
            variant_id=variant.pk,
            to=3 if number % 9 == 4 else 40 + number % 25,
            reason="counted",
            actor="system",
        )


@transaction.atomic
def change_orders() -> None:
    """Place four orders that can be changed for a day, and ask for a change of three of them."""
    channel = Channel.objects.get(slug="main")
    dear = {"fact": "change.total_after", "op": "more_than", "value": {"minor": 20000, "currency": "EUR"}}
    save_change_policy(
        channel_id=channel.pk,
        window_minutes=30,
        kinds=DEFAULT.kinds,
        approval_rule={"version": 1, "all": [dear]},
        price_basis="order",
        pay_minutes=60,
        decide_hours=48,
        actor="system",
    )
    orders = [_place(channel, number) for number in range(len(PEOPLE))]
    abroad = {
        **orders[1].ship_to,
        "line1": "ul. Piotrkowska 104",
        "postcode": "90-926",
        "city": "Łódź",
        "country": "PL",
    }
    _ask(orders[1], Kind.ADDRESS, {"ship_to": abroad})
    _ask(orders[2], Kind.QUANTITY, {"line": orders[2].lines.all()[0].pk, "quantity": 9})
    _ask(orders[3], Kind.QUANTITY, {"line": orders[3].lines.all()[0].pk, "quantity": 1})


def _place(channel: Channel, number: int) -> Order:
    name, email, street, postcode, city = PEOPLE[number]
    found = Variant.objects.select_related("product").filter(price_minor__isnull=False).order_by("pk")
    lines = [
        LineDraft(
            title=f"{variant.product.title} {variant.title}".strip(),
            quantity=2,
            unit_price_minor=variant.price_minor or 0,
            sku=variant.sku,
        )
        for variant in found[number * 3 : number * 3 + 2]
    ]
    home = Address(name=name, line1=street, postcode=postcode, city=city, country="DE")
    draft = OrderDraft(
        number=f"MH-{90_001 + number}",
        currency="EUR",
        lines=tuple(lines),
        email=email,
        language="en",
        ship_to=home,
        bill_to=home,
        shipping_minor=490,
        payment_method="card",
        shipping_method="Parcel",
        placed_at=clock.now() - timedelta(minutes=4 + 5 * number),
        change_minutes=LASTS,
    )
    order = place_order(draft=draft, channel=channel, actor="system", source="demo")
    record_payment(
        order_id=order.pk,
        amount_minor=order.total_minor,
        method="card",
        key=f"demo:{order.number}",
        actor="system",
    )
    order.refresh_from_db()
    return order


def _ask(order: Order, kind: str, wish: dict[str, object]) -> None:
    ask_change(
        order_id=order.pk, kind=kind, wish=wish, key=f"demo:{order.pk}", actor=f"shopper:{order.customer_id}"
    )
