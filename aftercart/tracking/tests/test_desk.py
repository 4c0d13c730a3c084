"""Sending from the desk."""

from __future__ import annotations

import pytest
from django.test import Client

from aftercart.orders.testing import make_order
from aftercart.stores.models import Role
from aftercart.stores.testing import make_member
from aftercart.tracking.models import Parcel

pytestmark = pytest.mark.django_db


def signed_in(role: str = Role.OWNER, name: str = "Ada") -> Client:
    client = Client()
    client.force_login(make_member(name, role).user)
    return client


def test_sending_makes_a_parcel_once_and_refuses_what_is_gone() -> None:
    order = make_order()
    apron, spoons = order.lines.all()
    client = signed_in()
    body = {
        f"line-{apron.pk}": "1",
        f"line-{spoons.pk}": "1",
        "carrier": "DHL",
        "tracking_number": "JD1",
        "key": "k",
    }
    for _ in range(2):
        client.post(f"/desk/orders/{order.pk}/parcels/", body)
    parcel = Parcel.objects.get()
    assert (parcel.tracking_number, parcel.lines.count()) == ("JD1", 2)
    again = client.post(f"/desk/orders/{order.pk}/parcels/", {**body, "key": "k2"}, follow=True)
    assert "still to be sent" in again.content.decode()
    assert Parcel.objects.count() == 1
