"""The confirmation: at once, once, to the order's own address, and right in every figure."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from aftercart.kernel import clock
from aftercart.kernel.journal.testing import hear_everything
from aftercart.kernel.outbox.models import Effect
from aftercart.messaging.messages import LANGUAGES
from aftercart.messaging.testing import deliver_messages, part
from aftercart.orders.actions import (
    LineDraft,
    OrderDraft,
    confirm_order,
    place_order,
    record_payment,
    record_payment_failure,
)
from aftercart.orders.addresses import Address
from aftercart.orders.confirmation import confirmation_context
from aftercart.orders.models import Order
from aftercart.orders.rules import may_confirm, payment_story
from aftercart.orders.testing import make_order
from aftercart.stores.models import Channel
from aftercart.stores.testing import make_channel, make_merchant

LISTENERS = ("orders.confirm_placed_order", "orders.confirm_paid_order")
PLACED = datetime(2026, 3, 12, 23, 30, tzinfo=UTC)


def make_full_order(**values: Any) -> Order:
    """An order with everything a confirmation can show."""
    defaults: dict[str, Any] = {
        "number": "#1001",
        "currency": "EUR",
        "lines": (
            LineDraft(title="Linen apron", quantity=1, unit_price_minor=4900, image_url="/media/apron.png"),
            LineDraft(title="Oak spoon", quantity=2, unit_price_minor=1250, tax_minor=400),
        ),
        "email": "sam@shopper.example",
        "ship_to": Address(
            name="Sam Shopper", line1="Lindenweg 5", city="Berlin", postcode="10115", country="DE"
        ),
        "shipping_minor": 490,
        "order_discount_minor": 740,
        "discount_code": "SPRING10",
        "payment_method": "card",
        "shipping_method": "DHL",
        "placed_at": PLACED,
        "promised_on": date(2026, 3, 17),
    }
    channel = make_channel(timezone="Europe/Berlin", return_policy={"en": "Return anything within 30 days."})
    return place_order(draft=OrderDraft(**{**defaults, **values}), channel=channel, actor="test")


@pytest.mark.django_db
def test_a_placed_order_is_confirmed_once() -> None:
    make_merchant()
    order = make_order(number="T1", is_paid=False)
    hear_everything(*LISTENERS)
    record_payment(order_id=order.pk, amount_minor=order.total_minor, method="card", key="p1", actor="test")
    hear_everything(*LISTENERS)
    confirm_order(order_id=order.pk, actor="staff:1")
    (mail,) = deliver_messages()
    assert mail["subject"] == "Order T1 is confirmed"
    assert mail["to"].addresses[0].addr_spec == "sam@shopper.example"
    effect = Effect.objects.get()
    assert (effect.key, effect.subject) == (f"order-confirmed:{order.pk}", f"order:{order.pk}")
    assert (effect.customer_id, effect.channel_id) == (order.customer_id, order.channel_id)


@pytest.mark.django_db
def test_the_link_opens_the_order_page() -> None:
    order = make_order(number="T1")
    hear_everything(*LISTENERS)
    (mail,) = deliver_messages()
    for text in (part(mail, "plain"), part(mail, "html")):
        link = re.search(r"https?://[^\s\"<]+?(/o[^\s\"<]+)", text)
        assert link is not None
        answer = Client().get(link[1])
        assert answer.status_code == 200
        assert order.number in answer.content.decode()


@pytest.mark.django_db
def test_everything_is_in_it() -> None:
    order = make_full_order()
    record_payment(order_id=order.pk, amount_minor=order.total_minor, method="card", key="p1", actor="test")
    confirm_order(order_id=order.pk, actor="system")
    (mail,) = deliver_messages()
    for text in (part(mail, "plain"), re.sub(r"<[^>]+>", " ", part(mail, "html"))):
        for needed in (
            "#1001",
            "March 13, 2026",
            "Linen apron",
            "€49.00",
            "Oak spoon",
            "€25.00",
            "€74.00",
            "SPRING10",
            "-€7.40",
            "€4.90",
            "€71.50",
            "Sam Shopper",
            "Lindenweg 5",
            "10115 Berlin",
            "Germany",
            "DHL",
            "By March 17, 2026",
            "Card",
            "Return anything within 30 days.",
            "help@mira.example",
        ):
            assert needed in text, needed
    assert 'src="http://127.0.0.1:8000/media/apron.png"' in part(mail, "html")


@pytest.mark.django_db
def test_the_totals_add_up() -> None:
    context = confirmation_context(make_full_order())
    rows = {row["kind"]: row["amount"]["minor"] for row in context["totals"]}
    assert rows == {"subtotal": 7400, "discount": -740, "shipping": 490, "total": 7150, "tax_included": 400}
    assert rows["subtotal"] + rows["discount"] + rows["shipping"] == rows["total"]
    assert context["pieces"] == 3


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
def test_it_speaks_the_orders_language(language: str) -> None:
    make_order(language=language)
    hear_everything(*LISTENERS)
    (mail,) = deliver_messages()
    assert mail["content-language"] == language
    assert f'lang="{language}"' in part(mail, "html")


@pytest.mark.django_db
def test_a_transfer_still_to_come_is_confirmed_with_how_to_pay() -> None:
    order = make_full_order(payment_method="bank_transfer")
    confirm_order(order_id=order.pk, actor="system")
    (mail,) = deliver_messages()
    assert "Please transfer €71.50 and give #1001 as the reference." in part(mail, "plain")


@pytest.mark.django_db
def test_the_channel_says_where_to_transfer_to() -> None:
    order = make_full_order(payment_method="bank_transfer")
    Channel.objects.filter(pk=order.channel_id).update(
        payment_instructions={"en": "Mira & Holm GmbH\nDE02 1203 0000 0000 2020 51"}
    )
    confirm_order(order_id=order.pk, actor="system")
    (mail,) = deliver_messages()
    assert "Mira & Holm GmbH\nDE02 1203 0000 0000 2020 51" in part(mail, "plain")
    assert "Mira &amp; Holm GmbH<br>DE02 1203 0000 0000 2020 51" in part(mail, "html")


@pytest.mark.django_db
def test_a_declined_payment_is_confirmed_only_when_a_later_one_comes() -> None:
    order = make_order(is_paid=False)
    record_payment_failure(order_id=order.pk, method="card", reason="declined", actor="test")
    hear_everything(*LISTENERS)
    assert not Effect.objects.exists()
    record_payment(order_id=order.pk, amount_minor=order.total_minor, method="card", key="p2", actor="test")
    hear_everything(*LISTENERS)
    assert len(deliver_messages()) == 1


@pytest.mark.django_db
def test_an_imported_order_that_is_paid_later_is_not_confirmed() -> None:
    order = make_order(is_paid=False)
    Order.objects.update(import_id=1)
    Effect.objects.all().delete()
    record_payment(order_id=order.pk, amount_minor=order.total_minor, method="card", key="p2", actor="test")
    hear_everything("orders.confirm_paid_order")
    assert not Effect.objects.exists()


@pytest.mark.django_db
def test_an_old_order_told_of_today_is_not_confirmed() -> None:
    make_order(placed_at=clock.now() - timedelta(days=8))
    make_order(placed_at=clock.now() - timedelta(days=6))
    hear_everything(*LISTENERS)
    assert len(deliver_messages()) == 1


@pytest.mark.django_db
def test_without_an_address_nothing_is_sent() -> None:
    order = make_order(email="")
    assert confirm_order(order_id=order.pk, actor="system") is False


@pytest.mark.parametrize(
    ("state", "payment_state", "expected"),
    [
        ("open", "paid", True),
        ("open", "pending", True),
        ("completed", "partly_paid", True),
        ("open", "failed", False),
        ("cancelled", "paid", False),
    ],
)
def test_what_is_confirmed(state: str, payment_state: str, expected: bool) -> None:  # noqa: FBT001
    assert may_confirm(state=state, payment_state=payment_state) is expected


@pytest.mark.parametrize(
    ("payment_state", "method", "expected"),
    [
        ("paid", "card", "paid"),
        ("partly_refunded", "card", "paid"),
        ("partly_paid", "bank_transfer", "partly"),
        ("pending", "bank_transfer", "transfer"),
        ("pending", "cash_on_delivery", "on_delivery"),
        ("pending", "card", "pending"),
        ("pending", "", "pending"),
    ],
)
def test_how_the_payment_is_told(payment_state: str, method: str, expected: str) -> None:
    assert payment_story(payment_state=payment_state, payment_method=method) == expected
