"""Facts about people, orders and lines: searched and decided alike, and finding the right ones."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from aftercart.customers.actions import record_consent
from aftercart.customers.facts import customer
from aftercart.customers.models import Customer
from aftercart.kernel import clock
from aftercart.kernel.rules import Subject, check, compile_rule
from aftercart.kernel.rules.testing import disagreements
from aftercart.orders.facts import line, order
from aftercart.orders.models import Line, Order
from aftercart.orders.testing import line as drafted
from aftercart.orders.testing import make_order

pytestmark = pytest.mark.django_db
SHOPPERS = (
    ("Sam Shopper", "sam@shopper.example", "DE", 10),
    ("Łucja Żak", "lucja@poczta.example", "PL", 40),
    ("田中 花子", "hanako@mail.example", "JP", 400),
)


@pytest.fixture
def now() -> datetime:
    """Three shoppers, four orders, one consent given and one withdrawn."""
    now = clock.now()
    for name, email, country, age in SHOPPERS:
        lines = (drafted("Oak spoon", 2, 1250, "SPOON"), drafted("Linen apron", 1, 4900, "apron-l"))
        made = make_order(
            name=name, email=email, country=country, lines=lines, placed_at=now - timedelta(days=age)
        )
        assert made.customer_id is not None
        for granted in (True, country != "PL"):
            record_consent(
                customer_id=made.customer_id,
                purpose="marketing",
                is_granted=granted,
                text_version="1",
                source="checkout",
                actor="test",
            )
    make_order(email="sam@shopper.example", placed_at=now - timedelta(days=3), is_paid=False)
    Customer.objects.filter(email="sam@shopper.example").update(tags=["VIP"])
    return now


@pytest.mark.parametrize(("subject", "model"), [(customer, Customer), (order, Order), (line, Line)])
def test_searching_and_deciding_agree(subject: Subject, model: Any, now: datetime) -> None:
    everything = list(model._default_manager.all())
    assert everything
    assert disagreements(subject, everything, now=now) == []


ORDERS = "customer.orders"
ASKED: list[tuple[dict[str, Any], set[str]]] = [
    ({"count": ORDERS, "op": "at_least", "value": 2}, {"sam"}),
    ({"fact": "customer.last_order_at", "op": "before_last", "value": {"days": 90}}, {"hanako"}),
    ({"fact": "customer.consent", "with": {"purpose": "marketing"}, "op": "is", "value": False}, {"lucja"}),
    ({"fact": "customer.consent", "with": {"purpose": "sms"}, "op": "is", "value": True}, set()),
    ({"fact": "customer.tags", "op": "has_any_of", "value": ["vip"]}, {"sam"}),
    ({"fact": "customer.name", "op": "starts_with", "value": "łUCJA"}, {"lucja"}),
    (
        {
            "some": ORDERS,
            "where": {"some": "order.lines", "where": {"fact": "line.sku", "op": "is", "value": "APRON-L"}},
        },
        {"sam", "lucja", "hanako"},
    ),
    ({"some": ORDERS, "where": {"fact": "order.payment_state", "op": "is", "value": "pending"}}, {"sam"}),
    ({"none": ORDERS, "where": {"fact": "order.city", "op": "is", "value": "BERLIN"}}, set()),
    (
        {
            "sum": ORDERS,
            "of": "order.total",
            "op": "at_least",
            "value": {"minor": 10_000, "currency": "EUR"},
        },
        {"sam"},
    ),
]


@pytest.mark.parametrize(("tree", "expected"), ASKED)
def test_what_merchants_ask(tree: dict[str, Any], expected: set[str], now: datetime) -> None:
    rule = {"version": 1, "all": [tree]}
    assert check(rule, customer) == []
    found = compile_rule(rule, customer, now)
    assert {person.email.partition("@")[0] for person in found} == expected


def test_a_channel_must_exist(now: datetime) -> None:
    rule = {"version": 1, "fact": "order.channel", "op": "is", "value": "amazon"}
    assert [str(problem) for problem in check(rule, order)] == ["/value: choose one of main, not 'amazon'"]
