"""A shopper follows three parcels of one order: one has arrived, one is in trouble, one is on its way."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from playwright.sync_api import expect

from aftercart.kernel import clock
from aftercart.kernel.ui.testing import OpenPage, assert_accessible, screenshot
from aftercart.orders.actions import fulfil_order
from aftercart.orders.models import Order
from aftercart.orders.permissions import order_page_path
from aftercart.orders.testing import line, make_order
from aftercart.stores.testing import make_member
from aftercart.tracking.actions import record_scans, register_parcel
from aftercart.tracking.models import Parcel
from aftercart.tracking.ports import HeardScan

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def told(status: str, days_ago: float, place: str = "", **more: str) -> HeardScan:
    return HeardScan(status=status, occurred_at=clock.now() - timedelta(days=days_ago), place=place, **more)


def send(order: Order, title: str, number: str, *scans: HeardScan) -> Parcel:
    one = order.lines.get(title=title)
    parcel = register_parcel(
        order_id=order.pk,
        key=number,
        actor="test",
        carrier="UPS" if number.startswith("1Z") else "DHL",
        tracking_number=number,
        quantities_by_line={one.pk: 1},
    )
    record_scans(parcel_id=parcel.pk, told=scans, actor="test", source="webhook")
    return parcel


def three_parcels(language: str = "en") -> Order:
    order = make_order(
        number="MH-3003",
        language=language,
        placed_at=clock.now() - timedelta(days=6),
        promised_on=(clock.now() + timedelta(days=2)).date(),
        lines=(line("Linen apron"), line("Oak spoon"), line("Stoneware bowl")),
    )
    fulfil_order(order_id=order.pk, key="f", actor="test")
    send(
        order,
        "Linen apron",
        "00340434161094042557",
        told("in_transit", 4, "Leipzig"),
        told("delivered", 2, "Berlin"),
    )
    send(
        order,
        "Oak spoon",
        "1Z5R89390357567127",
        told("in_transit", 3, "Leipzig"),
        told("delivered", 1.5, "Berlin"),
        told("exception", 1, "Berlin", reason="damaged", message="Box torn"),
    )
    send(
        order,
        "Stoneware bowl",
        "1Z879E930346834440",
        told("in_transit", 1, "Leipzig"),
        told("", 0.5, raw_code="Q7", message="Sorted by hand"),
    )
    return order


@pytest.mark.parametrize("width", [390, 1280])
def test_three_parcels_of_one_order(open_page: OpenPage, width: int) -> None:
    page = open_page(order_page_path(three_parcels().pk), width=width)
    expect(page.get_by_role("heading", level=1)).to_have_text("A parcel needs attention")
    for heading in ("Delivered", "Held up on the way", "On its way"):
        expect(page.get_by_role("heading", level=3, name=heading, exact=True)).to_be_visible()
    expect(page.get_by_text("Parcel 2 of 3", exact=True)).to_be_visible()
    expect(page.get_by_text("The carrier had reported it delivered on")).to_be_visible()
    expect(page.get_by_text("The carrier reports damage.")).to_be_visible()
    expect(page.get_by_text("Sorted by hand")).to_be_visible()
    links = page.get_by_role("link", name="See it at")
    expect(links).to_have_count(3)
    assert "00340434161094042557" in (links.nth(0).get_attribute("href") or "")
    assert "loc=en_US" in (links.nth(1).get_attribute("href") or "")
    assert_accessible(page)
    screenshot(page, f"three-parcels-{width}")
    page.get_by_role("link", name="Ask us").first.click()
    expect(page.get_by_label("Your message")).to_be_visible()


def test_the_same_in_polish(open_page: OpenPage) -> None:
    page = open_page(order_page_path(three_parcels("pl").pk), width=390)
    expect(page.get_by_text("Przewoźnik zgłosił doręczenie")).to_be_visible()
    assert "loc=pl_PL" in (page.locator("a[href*='ups.com']").first.get_attribute("href") or "")
    assert_accessible(page)


@pytest.mark.parametrize("width", [390, 1280])
def test_the_desk_explains_a_code(open_page: OpenPage, width: int) -> None:
    order = three_parcels()
    client = Client()
    client.force_login(make_member("Ben").user, backend="django.contrib.auth.backends.ModelBackend")
    page = open_page("/desk/parcels/?show=map", width=width, client=client)
    expect(page.get_by_role("row")).to_have_count(2)
    assert_accessible(page)
    screenshot(page, f"desk-parcels-{width}")
    page.goto(page.url.split("/desk/")[0] + "/desk/carriers/")
    assert_accessible(page)
    screenshot(page, f"desk-carriers-{width}")
    page.get_by_label("It means").select_option("out_for_delivery")
    page.get_by_role("button", name="That is what it means").click()
    expect(page.get_by_text("Noted; 1 parcel looked at anew.")).to_be_visible()
    expect(page.get_by_text("Every code carriers used is understood.")).to_be_visible()
    assert order.parcels.filter(status="out_for_delivery").count() == 1
