"""Customers on the desk: who sees whom, pages, the story, changes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from aftercart.customers.models import Customer
from aftercart.customers.testing import make_customer
from aftercart.kernel import clock
from aftercart.stores.models import Role
from aftercart.stores.testing import make_member, make_outsider

pytestmark = pytest.mark.django_db


def signed_in(role: str = Role.OWNER, name: str = "Ada") -> Client:
    client = Client()
    client.force_login(make_member(name, role).user)
    return client


@pytest.mark.parametrize("path", ["", "{}/", "{}/story/"])
def test_the_outsider_gets_404_and_the_stranger_signs_in(path: str) -> None:
    path = "/desk/customers/" + path.format(make_customer().pk)
    assert Client().get(path).status_code == 302
    mallory = Client()
    mallory.force_login(make_outsider())
    assert mallory.get(path).status_code == 404


def test_pages_go_through_everybody_once() -> None:
    now = clock.now()
    for number in range(60):
        customer = make_customer(f"P{number}", email=f"p{number}@x.example")
        if number % 2:
            Customer.objects.filter(pk=customer.pk).update(last_order_at=now - timedelta(days=number // 4))
    client = signed_in()
    first = client.get("/desk/customers/")
    second = client.get("/desk/customers/", {"cursor": first.context["next"]})
    told = [customer.pk for page in (first, second) for customer in page.context["customers"]]
    assert len(told) == len(set(told)) == 60
    assert second.context["next"] == ""
    assert client.get("/desk/customers/?cursor=rubbish").status_code == 200


def test_a_longer_list_asks_no_more_of_the_database() -> None:
    client = signed_in()
    counts = []
    for part in range(2):
        for number in range(5):
            make_customer(f"Q{part}{number}", email=f"q{part}{number}@x.example")
        with CaptureQueriesContext(connection) as queries:
            client.get("/desk/customers/")
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 8


def test_changes_are_kept_and_wrong_ones_explained() -> None:
    customer = make_customer()
    client = signed_in(Role.AGENT, "Ben")
    path = f"/desk/customers/{customer.pk}/details/"
    assert client.post(path, {"name": "Sam S.", "country": "pl"}).status_code == 302
    customer.refresh_from_db()
    assert (customer.name, customer.country) == ("Sam S.", "PL")
    wrong = client.post(path, {"name": "Sam", "country": "Poland"})
    assert (wrong.status_code, wrong.context["opened"]) == (422, "edit")
    assert signed_in(Role.VIEWER, "Vera").post(path, {"name": "X"}).status_code == 404
