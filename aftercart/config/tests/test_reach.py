"""Members and tokens of some channels see the people of those, and of these people what happened there."""

from __future__ import annotations

import json

import pytest
from django.db import transaction
from django.test import Client

from aftercart.customers.actions import Person, _fill_blanks
from aftercart.customers.models import Customer
from aftercart.customers.testing import make_customer
from aftercart.kernel import clock
from aftercart.kernel.api.testing import ApiClient
from aftercart.kernel.journal.models import Entry
from aftercart.kernel.rules.editor import EMPTY
from aftercart.orders.testing import make_order
from aftercart.stores.models import Role
from aftercart.stores.testing import make_api_token, make_channel, make_member

pytestmark = pytest.mark.django_db
EVERYBODY = json.dumps(EMPTY)


def of_poland(role: str = Role.OWNER) -> Client:
    member = make_member("Ola", role)
    member.channels.add(make_channel("poland"))
    client = Client()
    client.force_login(member.user)
    return client


def sam_of_both() -> Customer:
    make_order(number="PL-1", channel=make_channel("poland"))
    make_order(number="JP-1", channel=make_channel("japan"))
    return Customer.objects.get(email_key="sam@shopper.example")


def test_a_customers_page_tells_a_member_of_their_channels_alone() -> None:
    sam, ola = sam_of_both(), of_poland()
    page = ola.get(f"/desk/customers/{sam.pk}/").content.decode()
    assert "PL-1" in page
    assert "JP-1" not in page
    story = ola.get(f"/desk/customers/{sam.pk}/story/").content.decode()
    there = Entry.objects.timeline(customer_id=sam.pk).filter(channel_id=make_channel("poland").pk)
    assert story.count('class="timeline-entry') == there.count() > 0


def test_copies_and_erasures_take_a_member_of_every_channel() -> None:
    sam, ola = sam_of_both(), of_poland()
    assert ola.get(f"/desk/customers/{sam.pk}/privacy/").status_code == 404
    for door in ("exports", "erasure"):
        path = f"/desk/customers/{sam.pk}/{door}/"
        assert ola.post(path, {"is_meant": "on"}).status_code == 404
    sam.refresh_from_db()
    assert sam.erased_at is None


def test_a_rule_finds_a_member_nobody_of_other_channels() -> None:
    make_order(channel=make_channel("poland"), email="ewa@shopper.example", name="Ewa")
    make_order(channel=make_channel("japan"), email="yuki@shopper.example", name="Yuki")
    told = of_poland(Role.MARKETER).post("/desk/segments/people/", {"rule": EVERYBODY}).content.decode()
    assert "Ewa" in told
    assert "Yuki" not in told


def test_an_address_alone_opens_nobody_to_a_channels_token() -> None:
    make_order(channel=make_channel("japan"), email="yuki@shopper.example", name="Yuki Sato")
    poland = ApiClient(make_api_token(channel=make_channel("poland"))[1])
    answer = poland.post("/customers", {"email": "Yuki@shopper.example", "phone": "+48 1"})
    assert answer.status_code == 409
    assert "Sato" not in answer.content.decode()
    assert Customer.objects.get(email_key="yuki@shopper.example").phone == ""
    assert poland.post("/customers", {"email": "ewa@shopper.example"}).status_code == 201
    assert poland.post("/customers", {"email": "ewa@shopper.example"}).status_code == 201


def test_a_channels_token_is_not_told_what_happened_elsewhere() -> None:
    sam = sam_of_both()
    poland = ApiClient(make_api_token(channel=make_channel("poland"))[1])
    told = poland.get(f"/customers/{sam.pk}/timeline").content.decode()
    assert "PL-1" in told
    assert "JP-1" not in told


@pytest.mark.parametrize(
    "email", ["a\0b@shopper.example", "\ud800@shopper.example", 7, "x" * 300 + "@y.example"]
)
def test_no_address_breaks_an_identification(email: object) -> None:
    server = ApiClient(make_api_token("track:write", "customers:write", channel=make_channel())[1])
    message = {"anonymousId": "a-1", "traits": {"email": email}}
    assert server.post("/identify", message).status_code == 202


def test_a_blank_that_somebody_else_just_filled_stays_as_they_filled_it() -> None:
    read_before = make_customer("Sam")
    Customer.objects.filter(pk=read_before.pk).update(phone="+49 1")
    with transaction.atomic():
        _fill_blanks(read_before, Person(phone="+49 2", city="Berlin"), clock.now())
    sam = Customer.objects.get(pk=read_before.pk)
    assert (sam.phone, sam.city) == ("+49 1", "Berlin")
    assert "+49 1" in sam.search_text
