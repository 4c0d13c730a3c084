"""The editor in a browser: the preview follows the words, in a frame that runs nothing; reachable for everyone."""

from __future__ import annotations

import pytest
from django.test import Client
from playwright.sync_api import expect

from aftercart.kernel.ui.testing import OpenPage, assert_accessible_everywhere
from aftercart.messaging.models import Edition
from aftercart.orders.testing import make_order
from aftercart.stores.testing import make_merchant, make_owner

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_word_is_written_seen_and_saved(open_page: OpenPage) -> None:
    make_merchant()
    make_order(number="T77", name="Zofia Nowak")
    client = Client()
    client.force_login(make_owner().user)
    page = open_page("/desk/messages/parcel_sent/", client=client)
    frame = page.frame_locator("[data-message-frames] iframe").last
    expect(frame.get_by_role("heading", name="Your parcel is on its way")).to_be_visible()
    assert_accessible_everywhere(page, "message-editor")
    page.get_by_label("Heading, for one").fill("It left, {{ name }}!")
    page.get_by_label("With the order").fill("T77")
    expect(frame.get_by_role("heading", name="It left, Zofia Nowak!")).to_be_visible()
    page.get_by_label("Subject", exact=True).fill("{{ nmae }}")
    expect(page.get_by_text("There is no variable called nmae.")).to_be_visible()
    page.get_by_label("Subject", exact=True).fill("Gone: {{ number }}")
    expect(page.locator("#message-preview").get_by_text("Gone: T77")).to_be_visible()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("In force")).to_be_visible()
    assert Edition.objects.get().content["words"]["mail_subject"] == "Gone: {{ number }}"
    page.goto(page.url.split("/desk/")[0] + "/desk/messages/")
    assert_accessible_everywhere(page, "messages")
