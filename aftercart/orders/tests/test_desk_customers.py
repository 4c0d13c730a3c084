"""A customer's page with their orders on it."""

from __future__ import annotations

import pytest
from django.test import Client

from aftercart.customers.actions import record_consent
from aftercart.orders.testing import make_order
from aftercart.stores.models import Role
from aftercart.stores.testing import make_channel, make_member

pytestmark = pytest.mark.django_db


def signed_in(role: str = Role.OWNER, name: str = "Ada") -> Client:
    client = Client()
    client.force_login(make_member(name, role).user)
    return client


def test_a_member_of_one_channel_sees_its_customers_only() -> None:
    ours = make_order(channel=make_channel("ours"), email="a@x.example")
    theirs = make_order(channel=make_channel("theirs"), email="b@x.example")
    member = make_member("Ben")
    member.channels.add(make_channel("ours"))
    client = Client()
    client.force_login(member.user)
    assert [c.pk for c in client.get("/desk/customers/").context["customers"]] == [ours.customer_id]
    assert client.get(f"/desk/customers/{theirs.customer_id}/").status_code == 404
    assert client.post(f"/desk/customers/{theirs.customer_id}/details/", {"name": "X"}).status_code == 404


def test_the_page_tells_story_orders_and_consents() -> None:
    order = make_order()
    assert order.customer_id
    record_consent(
        customer_id=order.customer_id, purpose="marketing", is_granted=True, source="checkout", actor="test"
    )
    record_consent(
        customer_id=order.customer_id, purpose="marketing", is_granted=False, source="link", actor="test"
    )
    answer = signed_in().get(f"/desk/customers/{order.customer_id}/")
    page = answer.content.decode()
    assert [entry.name for entry in answer.context["story"]][:1] == ["ConsentStated"]
    assert [consent.is_granted for consent in answer.context["consents"]] == [False]
    assert order.number in page


def test_the_story_goes_on_and_can_be_narrowed() -> None:
    for _ in range(25):
        order = make_order()
    client = signed_in()
    path = f"/desk/customers/{order.customer_id}/"
    first = client.get(path)
    more = client.get(f"{path}story/?before={first.context['older']}")
    assert len(first.context["story"]) + len(more.context["story"]) == 51
    assert more.context["older"] == ""
    narrowed = client.get(f"{path}?kind=parcels")
    assert narrowed.context["story"] == []
