"""The desk's home and search, with what all apps put there."""

from __future__ import annotations

import pytest
from django.test import Client

from aftercart.orders.testing import make_order
from aftercart.stores.models import StaffMember
from aftercart.stores.testing import make_channel, make_member, make_owner


def client_of(member: StaffMember) -> Client:
    client = Client()
    client.force_login(member.user)
    return client


@pytest.mark.django_db
def test_search_jumps_to_one_order_and_lists_the_rest() -> None:
    order = make_order(number="A-77", name="Łucja Żak")
    owner = client_of(make_owner())
    assert owner.get("/desk/search/?q=%23A-77")["Location"] == f"/desk/orders/{order.pk}/"
    keys = [panel.key for panel in owner.get("/desk/search/?q=lucja").context["panels"]]
    assert keys == ["customers", "orders"]
    assert owner.get("/desk/search/?q=zzz").context["panels"] == []
    restricted = make_member("Ben")
    restricted.channels.add(make_channel("other"))
    assert client_of(restricted).get("/desk/search/?q=A-77").context["panels"] == []


@pytest.mark.django_db
def test_home_counts_what_waits() -> None:
    make_order()
    told = client_of(make_owner()).get("/desk/").context["waiting"]
    assert [(one.label, one.count) for one in told] == [("Orders to send", 1)]
