"""A merchant's first morning: orders come in a file, are found on the desk and by the shopper, and go again."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client
from playwright.sync_api import Page, expect
from pytest_django.fixtures import Settings

from aftercart.kernel.ui.testing import OpenPage, assert_accessible
from aftercart.orders.models import Order
from aftercart.stores.testing import make_channel, make_merchant, make_owner

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
FILE = (
    "Order number;Order date;E-mail;Customer name;Postcode;Product;Qty;Unit price\n"
    "M-7;31.01.2026 10:00;zofia@example.pl;Zofia Lis;00-950;Kubek;2;25,50\n"
    "M-7;31.01.2026 10:00;zofia@example.pl;Zofia Lis;00-950;Talerz;1;10,00\n"
    "M-8;01.02.2026 11:00;sam@shopper.example;Sam Shopper;10115;Kubek;many;25,50\n"
    "M-9;02.02.2026 11:00;sam@shopper.example;Sam Shopper;10115;Kubek;1;25,50\n"
)


@pytest.fixture
def owner(settings: Settings, tmp_path: Path, transactional_db: None) -> Client:
    """Ada, signed in on a shop that has one channel and no orders."""
    settings.DATA_DIR = tmp_path / "data"
    make_merchant()
    make_channel(currency="PLN", timezone="Europe/Warsaw")
    client = Client()
    client.force_login(make_owner().user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def import_file(page: Page, path: Path) -> None:
    """Upload, agree with what was guessed, look at the preview, start."""
    page.set_input_files("input[type=file]", path)
    page.get_by_role("button", name="Look at the files").click()
    page.get_by_role("button", name="Save and look again").click()
    expect(page.get_by_text("Qty: “many” is not a whole number")).to_be_visible()
    assert not Order.objects.exists()
    page.get_by_role("button", name="Start the import").click()


@pytest.mark.usefixtures("worker")
@pytest.mark.parametrize("width", [390, 1280])
def test_orders_from_a_file(width: int, owner: Client, tmp_path: Path, open_page: OpenPage) -> None:
    path = tmp_path / "orders.csv"
    path.write_text(FILE, encoding="cp1250")
    page = open_page("/desk/imports/new/", width=width, client=owner)
    import_file(page, path)
    expect(page.get_by_text("Orders added")).to_be_visible()
    expect(page.get_by_role("link", name="Download rejects.csv")).to_be_visible()
    assert_accessible(page)

    orders = open_page("/desk/orders/", width=width, client=owner)
    expect(orders.get_by_role("link", name="M-7")).to_be_visible()
    shopper = open_page("/orders/find/", width=width)
    shopper.get_by_label("Order number").fill("M-7")
    shopper.get_by_label("E-mail address or postcode").fill("zofia@example.pl")
    shopper.get_by_role("button", name="Show my order").click()
    expect(shopper.get_by_role("main")).to_contain_text("Talerz")

    page.get_by_role("button", name="Undo").click()
    page.get_by_role("button", name="Undo the import").click()
    expect(page.get_by_text("Removed: orders")).to_be_visible()
    assert not Order.objects.exists()
    assert_accessible(page)
