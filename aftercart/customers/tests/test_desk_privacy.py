"""The page of a customer's rights: who may, what it says, what its buttons do."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime

import pytest
from django.test import Client
from django.utils import timezone

from aftercart.customers.actions import erase_customer
from aftercart.customers.models import Customer
from aftercart.customers.testing import make_customer
from aftercart.kernel.journal.models import Entry
from aftercart.kernel.privacy.registry import Person, PersonalData, registry
from aftercart.kernel.ui.testing import OpenPage, assert_accessible
from aftercart.stores.models import Role
from aftercart.stores.testing import make_member, make_outsider, make_owner

pytestmark = pytest.mark.django_db
DOORS = [("get", "privacy"), ("post", "exports"), ("post", "erasure")]


@pytest.fixture
def sam() -> Customer:
    return make_customer("Sam Shopper", city="Berlin")


@pytest.fixture
def ada(client: Client) -> Client:
    client.force_login(make_owner().user)
    return client


def address(customer: Customer, door: str) -> str:
    return f"/desk/customers/{customer.pk}/{door}/"


@pytest.mark.parametrize(("method", "door"), DOORS)
def test_the_outsider_gets_404(client: Client, sam: Customer, method: str, door: str) -> None:
    client.force_login(make_outsider())
    assert getattr(client, method)(address(sam, door)).status_code == 404


@pytest.mark.parametrize(("method", "door"), DOORS)
def test_a_colleague_who_may_not_gets_404(client: Client, sam: Customer, method: str, door: str) -> None:
    client.force_login(make_member("Ben", Role.AGENT).user)
    assert getattr(client, method)(address(sam, door), {"is_meant": "on"}).status_code == 404
    sam.refresh_from_db()
    assert sam.erased_at is None


def test_a_stranger_is_sent_to_sign_in(client: Client, sam: Customer) -> None:
    assert client.get(address(sam, "privacy")).status_code == 302


def test_an_admin_may(client: Client, sam: Customer) -> None:
    client.force_login(make_member("Ben", Role.ADMIN).user)
    assert client.get(address(sam, "privacy")).status_code == 200


@pytest.mark.parametrize("door", ["exports", "erasure"])
def test_a_get_does_nothing(ada: Client, sam: Customer, door: str) -> None:
    assert ada.get(address(sam, door)).status_code == 405


def test_the_page_says_what_would_be_done_and_does_nothing(ada: Client, sam: Customer) -> None:
    page = ada.get(address(sam, "privacy")).content.decode()
    assert "Forget this customer" in page
    assert "Sam Shopper" in page
    sam.refresh_from_db()
    assert sam.name == "Sam Shopper"


def test_the_copy_is_a_zip(ada: Client, sam: Customer) -> None:
    response = ada.post(address(sam, "exports"))
    assert response["Content-Type"] == "application/zip"
    assert f"customer-{sam.pk}-" in response["Content-Disposition"]
    assert "no-store" in response["Cache-Control"]
    archive = zipfile.ZipFile(io.BytesIO(response.content))
    assert b"sam@shopper.example" in archive.read("customers/customer.json")
    assert Entry.objects.get(name="PersonExported").actor.startswith("staff:")


def test_a_customer_is_forgotten_when_it_is_meant(ada: Client, sam: Customer) -> None:
    refused = ada.post(address(sam, "erasure"))
    assert refused.status_code == 422
    assert "Tick this to say that you mean it" in refused.content.decode()
    done = ada.post(address(sam, "erasure"), {"is_meant": "on"}, follow=True).content.decode()
    assert "This customer is forgotten" in done
    assert "Sam" not in done
    sam.refresh_from_db()
    assert (sam.name, sam.email, sam.email_key, sam.search_text) == ("", "", None, "")


def test_something_under_way_must_be_confirmed_apart(
    ada: Client, sam: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def hinder(person: Person) -> list[str]:
        return ["Order 7 is paid and not yet sent."]

    monkeypatch.setitem(registry, "test", PersonalData(app="test", tables=[], hinder=hinder))
    assert "Order 7 is paid and not yet sent." in ada.get(address(sam, "privacy")).content.decode()
    assert ada.post(address(sam, "erasure"), {"is_meant": "on"}).status_code == 409
    assert ada.post(address(sam, "erasure"), {"is_meant": "on", "is_forced": "on"}).status_code == 302
    sam.refresh_from_db()
    assert sam.erased_at is not None


def test_erasing_keeps_what_names_nobody(sam: Customer) -> None:
    now = datetime(2026, 11, 1, tzinfo=UTC)
    assert erase_customer(customer_id=sam.pk, now=now)["customers.Customer"] == 1
    assert erase_customer(customer_id=sam.pk, now=timezone.now())["customers.Customer"] == 0
    sam.refresh_from_db()
    assert (sam.country, sam.language, sam.erased_at) == ("DE", "en", now)


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1280, "light")])
def test_the_page_has_no_fault_of_accessibility(
    open_page: OpenPage, ada: Client, width: int, scheme: str
) -> None:
    customer = make_customer("Sam Shopper")
    page = open_page(address(customer, "privacy"), width=width, scheme=scheme, client=ada)
    assert page.get_by_role("button", name="Forget this customer").is_visible()
    assert_accessible(page)
