"""A shopper's card is declined; on a phone they try another, confirm it at their bank, and the order is paid."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from aftercart.kernel.ui.testing import OpenPage, assert_accessible, screenshot
from aftercart.kernel.work.testing import until
from aftercart.kernel.work.worker import Worker
from aftercart.orders.models import Payment
from aftercart.orders.permissions import order_page_path
from aftercart.orders.testing import make_order
from aftercart.payments.testing import ASKS, NO_MONEY, make_account

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def pay_with(page: Page, card: str) -> None:
    page.get_by_role("button", name=re.compile("^Pay €")).click()
    expect(page.get_by_role("heading", name="Pay with a test card")).to_be_visible()
    page.get_by_label("Card number").fill(card)
    page.get_by_role("button", name="Pay", exact=True).click()


def test_a_decline_then_3d_secure_on_a_phone(open_page: OpenPage, worker: Worker) -> None:
    make_account("sandbox")
    make_account("bank_transfer")
    order = make_order(number="MH-2001", is_paid=False)
    page = open_page(order_page_path(order.pk), width=390)
    page.get_by_role("link", name="Pay now").click()
    expect(page.get_by_role("heading", name="Pay for your order")).to_be_visible()
    assert_accessible(page)
    screenshot(page, "pay-page")

    pay_with(page, NO_MONEY)
    expect(page.get_by_text("There was not enough money for it.")).to_be_visible()
    assert_accessible(page)
    screenshot(page, "pay-declined")

    pay_with(page, ASKS)
    expect(page.get_by_role("heading", name="Is this payment yours?")).to_be_visible()
    assert_accessible(page)
    screenshot(page, "pay-bank")
    page.get_by_role("button", name="Approve").click()

    expect(page.get_by_text("Thank you! Your payment has arrived.")).to_be_visible()
    expect(page.get_by_role("link", name="Pay now")).to_have_count(0)
    screenshot(page, "pay-done")
    until(lambda: Payment.objects.filter(order=order).count() == 1)
    assert Payment.objects.get().amount_minor == order.total_minor


def test_paying_needs_no_script(open_page: OpenPage, worker: Worker) -> None:
    make_account("sandbox")
    order = make_order(is_paid=False)
    page = open_page(order_page_path(order.pk), width=390, scripts=False)
    page.get_by_role("link", name="Pay now").click()
    pay_with(page, ASKS)
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_text("Thank you! Your payment has arrived.")).to_be_visible()
