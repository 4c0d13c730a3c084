"""A shopper changes an order alone: cancels in time and too late, corrects the address while the warehouse packs."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from aftercart.kernel import clock
from aftercart.kernel.ui.testing import OpenPage, assert_accessible, screenshot
from aftercart.kernel.work.testing import until
from aftercart.kernel.work.worker import Worker
from aftercart.messaging.models import Notice
from aftercart.messaging.testing import tell_now
from aftercart.orders.actions import fulfil_order
from aftercart.orders.models import Fulfilment, Order
from aftercart.orders.permissions import order_page_path
from aftercart.orders.rules import Refused
from tests.journeys.parts import Api, Inbox, order_body

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WIDTHS = pytest.mark.parametrize("width", [390, 1280])
LINDENWEG = {
    "name": "Sam Shopper",
    "line1": "Lindenweg 5",
    "city": "Berlin",
    "postcode": "10115",
    "country": "DE",
}
LONG_AGO = timedelta(hours=2)


def paid_order(api: Api, number: str) -> Order:
    """Sam's order, paid elsewhere, which may be changed for half an hour."""
    told = api.post("/orders", order_body(number, change_minutes=30, ship_to=LINDENWEG))
    paid = {"amount_minor": told["total_minor"], "method": "card", "reference": f"pi_{number}"}
    api.post(f"/orders/{told['id']}/payments", paid)
    return Order.objects.get(pk=told["id"])


def end_window(order: Order) -> None:
    """As if the half hour were over."""
    Order.objects.filter(pk=order.pk).update(
        changeable_until=clock.now() - LONG_AGO, held_until=clock.now() - LONG_AGO
    )


def choose(page: Page, words: str) -> None:
    page.locator("#changes").get_by_role("link", name=words).click()


@WIDTHS
def test_cancelling_in_time(width: int, api: Api, open_page: OpenPage, worker: Worker, inbox: Inbox) -> None:
    order = paid_order(api, "MH-3001")
    page = open_page(order_page_path(order.pk), width=width)
    expect(page.get_by_text("You can change your order until")).to_be_visible()
    choose(page, "Cancel")
    assert_accessible(page)
    screenshot(page, f"change-cancel-{width}")
    page.get_by_role("button", name="Cancel the order now").dblclick()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Cancel")
    expect(page.get_by_text("Done.")).to_be_visible()
    assert_accessible(page)
    screenshot(page, f"change-cancelled-{width}")
    order.refresh_from_db()
    assert order.state == "cancelled"
    assert order.refunded_minor == order.paid_minor
    page.get_by_role("link", name="Back to the order").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("cancelled")
    until(Notice.objects.filter(kind="order_cancelled").exists)
    tell_now()  # the two minutes in which news of one order become one mail: the cancellation tells the refund
    inbox.wait_for("cancelled")


@WIDTHS
def test_cancelling_too_late(width: int, api: Api, open_page: OpenPage) -> None:
    order = paid_order(api, "MH-3002")
    page = open_page(order_page_path(order.pk), width=width)
    choose(page, "Cancel")
    end_window(order)
    page.get_by_role("button", name="Cancel the order now").click()
    expect(page.get_by_text("The time for changes is over")).to_be_visible()
    assert_accessible(page)
    order.refresh_from_db()
    assert order.state == "open"
    page.goto(page.url.split("/changes/")[0] + "/")
    expect(page.get_by_role("link", name=re.compile("^Cancel"))).to_have_count(0)


def test_the_address_is_corrected_while_the_warehouse_packs(api: Api, open_page: OpenPage) -> None:
    order = paid_order(api, "MH-3003")
    page = open_page(order_page_path(order.pk), width=390)
    choose(page, "address")
    page.get_by_label("Street and number").fill("Ahornweg 9")
    assert_accessible(page)
    screenshot(page, "change-address")
    with pytest.raises(Refused, match="held"):
        fulfil_order(order_id=order.pk, key="too-early", actor="staff:1")
    page.get_by_role("button", name="See the new total").click()
    page.get_by_role("button", name="Confirm the change").click()
    expect(page.get_by_text("Done. Your order is as you wanted it.")).to_be_visible()
    order.refresh_from_db()
    assert order.ship_to["line1"] == "Ahornweg 9"

    late = open_page(order_page_path(order.pk), width=390)
    choose(late, "address")
    late.get_by_label("Street and number").fill("Zu spät 1")
    late.get_by_role("button", name="See the new total").click()
    fulfil_order(order_id=order.pk, key="packed", actor="staff:1", releases_hold=True)
    late.get_by_role("button", name="Confirm the change").click()
    expect(late.get_by_role("main")).to_contain_text(re.compile("sent already|time for changes is over"))
    assert_accessible(late)
    screenshot(late, "change-too-late")
    order.refresh_from_db()
    assert order.ship_to["line1"] == "Ahornweg 9"
    assert Fulfilment.objects.filter(order=order).count() == 1
