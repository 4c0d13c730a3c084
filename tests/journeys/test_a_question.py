"""A shopper finds the order, reads where it is and asks; an agent answers; the shopper reads it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from aftercart.helpdesk.models import Message, Ticket
from aftercart.helpdesk.testing import make_question
from aftercart.kernel import clock
from aftercart.kernel.journal.testing import hear_everything
from aftercart.kernel.ui.testing import OpenPage, assert_accessible, screenshot
from aftercart.messaging.testing import deliver_messages, part
from aftercart.orders.actions import fulfil_order
from aftercart.orders.models import Order
from aftercart.orders.permissions import order_page_path
from aftercart.orders.testing import make_order
from aftercart.stores.models import StaffMember
from aftercart.stores.testing import make_member
from aftercart.tracking.actions import record_scan, register_parcel

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MAILS = ("helpdesk.acknowledge", "helpdesk.deliver_answer")


def late_order(language: str = "en") -> Order:
    """Sam's order, sent and two days late."""
    order = make_order(
        number="MH-1042", language=language, promised_on=(clock.now() - timedelta(days=2)).date()
    )
    fulfilment = fulfil_order(order_id=order.pk, key="f", actor="test")
    parcel = register_parcel(
        order_id=order.pk, key="p", actor="test", carrier="DHL", tracking_number="0034", fulfilment=fulfilment
    )
    for days, place in ((5, "Berlin"), (4, "Leipzig")):
        at = clock.now() - timedelta(days=days)
        record_scan(parcel_id=parcel.pk, status="in_transit", occurred_at=at, actor="test", place=place)
    return order


def signed_in(member: StaffMember) -> Client:
    client = Client()
    client.force_login(member.user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def look_up(page: Page) -> None:
    page.get_by_label("Order number").fill("mh-1042")
    page.get_by_label("E-mail address or postcode").fill("10115")
    page.get_by_role("button", name="Show my order").click()


@pytest.mark.parametrize("width", [390, 1280])
def test_from_the_look_up_to_the_answer(open_page: OpenPage, width: int) -> None:
    late_order()
    ben = make_member("Ben")

    shopper = open_page("/orders/find/", width=width)
    assert_accessible(shopper)
    look_up(shopper)
    expect(shopper.get_by_role("heading", level=1)).to_have_text("Your parcel is late")
    expect(shopper.get_by_text("It is 2 days later than promised.")).to_be_visible()
    assert_accessible(shopper)

    shopper.get_by_label("Your message").fill("Where is my apron?\nIt is a present.")
    shopper.get_by_role("button", name="Send", exact=True).click()
    expect(shopper.get_by_role("log")).to_contain_text("It is a present.")
    expect(shopper.get_by_text("Sent. We answer by e-mail.")).to_be_visible()
    expect(shopper.get_by_label("Your message")).to_have_value("")
    assert_accessible(shopper)
    screenshot(shopper, f"order-page-{width}")

    agent = open_page("/desk/questions/", width=width, client=signed_in(ben))
    assert_accessible(agent)
    agent.keyboard.press("j")
    agent.keyboard.press("Enter")
    expect(agent.get_by_role("log")).to_contain_text("Where is my apron?")
    assert_accessible(agent)
    screenshot(agent, f"question-{width}")
    agent.keyboard.press("r")
    agent.keyboard.type("It comes tomorrow, Sam.")
    agent.keyboard.press("Control+Enter")
    expect(agent.get_by_role("log")).to_contain_text("It comes tomorrow, Sam.")
    expect(agent.get_by_label("Answer to Sam Shopper")).to_have_value("")

    hear_everything(*MAILS)
    receipt, answer = deliver_messages()
    assert receipt["to"].addresses[0].addr_spec == "sam@shopper.example"
    assert "It comes tomorrow, Sam." in part(answer, "plain")
    link = re.search(r"(/o/[\w-]+/)", part(answer, "plain"))
    assert link is not None
    reader = open_page(link[1], width=width)
    expect(reader.get_by_role("log")).to_contain_text("It comes tomorrow, Sam.")
    expect(reader.get_by_text("Answered", exact=True)).to_be_visible()


def test_a_refused_question_keeps_its_text_and_takes_the_focus(open_page: OpenPage) -> None:
    page = open_page(order_page_path(late_order("pl").pk))
    page.get_by_role("button", name="Wyślij", exact=True).click()
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_role("alert")).to_contain_text("Najpierw napisz pytanie.")
    assert not Message.objects.exists()
    page.get_by_label("Twoja wiadomość").fill("Gdzie jest?")
    page.get_by_role("button", name="Wyślij", exact=True).click()
    expect(page.get_by_role("log")).to_contain_text("Gdzie jest?")
    assert Message.objects.count() == 1


def test_switching_the_language_stays_on_the_page(open_page: OpenPage) -> None:
    page = open_page(order_page_path(late_order().pk))
    page.get_by_label("Language").click()
    page.get_by_role("button", name="日本語").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("お荷物が遅れています")
    assert_accessible(page)


def test_an_unsent_answer_survives_a_reload(open_page: OpenPage) -> None:
    ticket: Ticket = make_question()
    page = open_page(f"/desk/questions/{ticket.pk}/", client=signed_in(make_member("Ben")))
    page.get_by_label("Answer to Sam Shopper").fill("Half an ans")
    page.reload()
    expect(page.get_by_label("Answer to Sam Shopper")).to_have_value("Half an ans")


@pytest.mark.parametrize("language", ["pl", "ja", "ru", "th"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_reads_well_in_every_language(open_page: OpenPage, language: str, scheme: str) -> None:
    page = open_page(order_page_path(late_order(language).pk), width=390, scheme=scheme)
    screenshot(page, f"order-page-390-{scheme}-{language}")
    assert_accessible(page)
