from __future__ import annotations

from datetime import date, timedelta

import pytest

from aftercart.delivery.models import GivenPromise
from aftercart.delivery.testing import make_method
from aftercart.kernel import clock
from aftercart.orders.confirmation import confirmation_context
from aftercart.orders.testing import make_order
from aftercart.stores.testing import make_channel

pytestmark = pytest.mark.django_db


def test_an_order_gets_its_promise_as_it_is_placed() -> None:
    make_method()
    order = make_order(channel=make_channel())
    given = GivenPromise.objects.get(reference=f"order:{order.pk}")
    assert order.promised_on == given.by_on
    assert given.by_on > clock.now().date()
    context = confirmation_context(order)
    assert context["delivery_by"] == given.by_on.isoformat()
    assert "working days to Germany" in context["delivery_reason"]


def test_the_stores_own_promise_wins() -> None:
    make_method()
    order = make_order(channel=make_channel(), promised_on=date(2030, 1, 2))
    assert order.promised_on == date(2030, 1, 2)
    assert not GivenPromise.objects.exists()
    assert confirmation_context(order)["delivery_reason"] == ""


def test_an_order_told_of_long_after_was_never_promised_anything() -> None:
    make_method()
    order = make_order(channel=make_channel(), placed_at=clock.now() - timedelta(days=3))
    assert order.promised_on is None


def test_where_nothing_is_known_nothing_is_promised() -> None:
    assert make_order().promised_on is None
    make_method()
    assert make_order(channel=make_channel(), country="JP").promised_on is None
