"""A shopper finds the order by number and postcode and reads where it is, whatever the browser can do."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from aftercart.helpdesk.models import Message
from aftercart.kernel.ui.testing import OpenPage, assert_accessible
from tests.journeys.parts import Api, order_body, scan, send_order

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WIDTHS = pytest.mark.parametrize("width", [390, 1280])
SCANS = (("info_received", ""), ("in_transit", "Berlin"), ("in_transit", "Leipzig"))


def look_up(page: Page, number: str, proof: str) -> None:
    page.get_by_label("Order number").fill(number)
    page.get_by_label("E-mail address or postcode").fill(proof)
    page.get_by_role("button", name="Show my order").click()


def tab_to(page: Page, wanted: Locator) -> None:
    """Press Tab until ``wanted`` has the focus, which must be seen wherever it passes."""
    for _ in range(60):
        page.keyboard.press("Tab")
        seen = page.evaluate(
            "() => { const style = getComputedStyle(document.activeElement);"
            " return style.outlineStyle !== 'none' || style.boxShadow !== 'none'; }"
        )
        assert seen, page.evaluate("document.activeElement.outerHTML")[:200]
        if wanted.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"the keyboard does not reach {wanted}")


@WIDTHS
def test_reading_where_the_parcel_is_as_the_carrier_tells(width: int, api: Api, open_page: OpenPage) -> None:
    parcel_id = send_order(api, order_body("MH-2041"), *SCANS)
    page = open_page("/orders/find/", width=width)
    look_up(page, "#mh-2041", "10 115")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your order is on its way")
    story = page.get_by_role("list", name=re.compile("what happened so far")).first
    expect(story.get_by_role("listitem").first).to_contain_text("Leipzig")
    assert_accessible(page)

    scan(api, parcel_id, "out_for_delivery", "Leipzig")
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("It should arrive today")
    scan(api, parcel_id, "delivered", "Leipzig")
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your order has arrived")
    assert_accessible(page)


@WIDTHS
def test_wrong_details_tell_nothing(width: int, api: Api, open_page: OpenPage) -> None:
    send_order(api, order_body("MH-2041"), *SCANS)
    page = open_page("/orders/find/", width=width)
    answers = []
    for number, proof in (("MH-2041", "99999"), ("MH-9999", "10115"), ("MH-2041", "mallory@next.example")):
        look_up(page, number, proof)
        expect(page.get_by_role("alert")).to_contain_text("We found no order")
        expect(page.get_by_role("alert")).to_be_focused()
        answers.append(page.get_by_role("main").inner_text())
    assert len(set(answers)) == 1
    assert_accessible(page)


def test_what_a_link_that_was_changed_opens(api: Api, open_page: OpenPage) -> None:
    send_order(api, order_body("MH-2041"), *SCANS)
    page = open_page("/orders/find/")
    look_up(page, "MH-2041", "sam@shopper.example")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your order is on its way")
    stranger = open_page(re.sub(r"/o/(.)", "/o/x", page.url))
    expect(stranger.get_by_role("heading", level=1)).to_have_text("Find your order")
    expect(stranger.get_by_text("This link does not work any more")).to_be_visible()
    assert "MH-2041" not in stranger.content()


@WIDTHS
def test_without_scripts(width: int, api: Api, open_page: OpenPage) -> None:
    send_order(api, order_body("MH-2041"), *SCANS)
    page = open_page("/orders/find/", width=width, scripts=False)
    look_up(page, "MH-2041", "99999")
    expect(page.get_by_role("alert")).to_contain_text("We found no order")
    expect(page.get_by_label("Order number")).to_have_value("MH-2041")
    look_up(page, "MH-2041", "10115")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your order is on its way")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("Write your question first.")
    page.get_by_label("What is it about?").select_option(label="Payment or invoice")
    page.get_by_label("Your message").fill("May I have an invoice?")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_role("log")).to_contain_text("May I have an invoice?")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your order is on its way")
    assert [message.text for message in Message.objects.all()] == ["May I have an invoice?"]


@WIDTHS
def test_with_the_keyboard_alone(width: int, api: Api, open_page: OpenPage) -> None:
    send_order(api, order_body("MH-2041"), *SCANS)
    page = open_page("/orders/find/", width=width)
    tab_to(page, page.get_by_label("Order number"))
    page.keyboard.type("MH-2041")
    page.keyboard.press("Tab")
    page.keyboard.type("10115")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your order is on its way")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_label("What is it about?"))
    page.keyboard.press("ArrowDown")
    tab_to(page, page.get_by_label("Your message"))
    page.keyboard.type("Please change the street.")
    tab_to(page, page.get_by_role("button", name="Send", exact=True))
    page.keyboard.press("Enter")
    expect(page.get_by_role("log")).to_contain_text("Please change the street.")
    expect(page.get_by_role("status").filter(has_text="We answer by e-mail")).to_be_focused()
    assert Message.objects.get().ticket.subject
