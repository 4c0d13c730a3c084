"""Several orders at once from the list."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from aftercart.kernel.journal.models import Entry
from aftercart.orders.actions import cancel_order
from aftercart.orders.models import Fulfilment, Order
from aftercart.orders.testing import make_order
from aftercart.stores.models import Role, StaffMember
from aftercart.stores.testing import make_channel, make_member, make_outsider

pytestmark = pytest.mark.django_db
BULK = "/desk/orders/bulk/"


def signed_in(role: str = Role.AGENT, name: str = "Ben") -> Client:
    client = Client()
    client.force_login(make_member(name, role).user)
    return client


def act(client: Client, do: str, *orders: Order, **fields: Any) -> str:
    body = {"do": do, "order": [order.pk for order in orders], "key": "k", **fields}
    return client.post(BULK, body, follow=True).content.decode()


def test_each_order_is_told_of_on_its_own_and_twice_is_once() -> None:
    good, other, gone = make_order(), make_order(), make_order()
    cancel_order(order_id=gone.pk, reason="", actor="test")
    client = signed_in()
    page = act(client, "send", good, gone, other)
    assert "2 marked as sent" in page
    assert f"{gone.number}: Nothing of this order is still to be sent" in page
    act(client, "send", good, gone, other)
    assert Fulfilment.objects.count() == 2


def test_hold_release_tag_and_untag() -> None:
    one, two = make_order(), make_order()
    client = signed_in()
    assert "Say why" in act(client, "hold", one)
    act(client, "hold", one, two, word="Count the stock.")
    assert set(Order.objects.values_list("hold_reason", flat=True)) == {"Count the stock."}
    act(client, "release", one, two)
    assert set(Order.objects.values_list("hold_reason", flat=True)) == {""}
    for _ in range(2):
        act(client, "tag", one, two, word="fair")
    act(client, "untag", two, word="fair")
    assert sorted(Order.objects.values_list("tags", flat=True)) == [[], ["fair"]]
    assert Entry.objects.filter(name="OrderTagged").count() == 3
    assert "A tag has" in act(client, "tag", one, word="x" * 41)


def test_confirmations_go_out_again() -> None:
    order, gone = make_order(), make_order()
    cancel_order(order_id=gone.pk, reason="", actor="test")
    page = act(signed_in(), "resend", order, gone)
    assert "1 on their way" in page
    assert f"{gone.number}: Nothing can be sent" in page


def test_slips_are_printed_for_what_is_checked() -> None:
    orders = [make_order(), make_order()]
    page = act(signed_in(), "slips", *orders)
    assert all(f"Order {order.number}" in page for order in orders)


def test_a_choice_that_makes_no_sense_does_nothing() -> None:
    order = make_order()
    client = signed_in()
    assert "Choose what to do" in act(client, "explode", order)
    assert "Check between one" in act(client, "hold", word="Wait.")
    answer = client.post(BULK, {"do": "release", "order": [order.pk], "then": "//evil.example/desk/orders/"})
    assert answer["Location"] == "/desk/orders/"


def test_roles_channels_and_the_outsider() -> None:
    order = make_order()
    assert "Choose what to do" in act(signed_in(Role.VIEWER, "Vic"), "hold", order, word="Wait.")
    assert "Choose what to do" in act(signed_in(Role.WAREHOUSE, "Wes"), "resend", order)
    ben = signed_in()
    StaffMember.objects.get(user__name="Ben").channels.add(make_channel("elsewhere"))
    act(ben, "hold", order, word="Wait.")
    order.refresh_from_db()
    assert order.hold_reason == ""
    mallory = Client()
    mallory.force_login(make_outsider())
    assert mallory.post(BULK, {"do": "hold", "order": [order.pk]}).status_code == 404


def test_the_list_offers_what_the_role_may() -> None:
    make_order()
    assert "Mark as sent" in signed_in().get("/desk/orders/").content.decode()
    assert 'id="bulk"' not in signed_in(Role.VIEWER, "Vic").get("/desk/orders/").content.decode()
