"""A shopper reports a damaged cup with a photo from a phone; the agent sees it and gives the money back."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client
from playwright.sync_api import ViewportSize, expect

from aftercart.claims.models import Claim
from aftercart.claims.testing import make_delivered_order
from aftercart.helpdesk.models import Ticket
from aftercart.kernel.journal.testing import hear_everything
from aftercart.kernel.ui.testing import OpenPage, assert_accessible, screenshot
from aftercart.kernel.uploads.testing import make_photo
from aftercart.messaging.testing import deliver_messages
from aftercart.orders.permissions import order_page_path
from aftercart.stores.testing import make_member

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE: ViewportSize = {"width": 390, "height": 844}
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.mark.usefixtures("uploads_here", "mail_into_memory")
def test_a_damaged_item_with_a_photo_from_a_phone(open_page: OpenPage, tmp_path: Path) -> None:
    order = make_delivered_order(number="MH-1042")
    photo = tmp_path / "IMG_0001.jpg"
    photo.write_bytes(make_photo((1600, 1200), colour="#a0522d"))
    page = open_page(order_page_path(order.pk))
    page.set_viewport_size(PHONE)
    page.get_by_role("link", name="Report a problem").click()
    assert_accessible(page)
    screenshot(page, "problem-kinds-phone")
    page.get_by_role("link", name="Something is damaged").click()
    page.get_by_label("Oak spoon").select_option("1")
    page.get_by_label("Photos").set_input_files(photo)
    expect(page.get_by_role("img", name="Photo 1")).to_be_visible()
    expect(page.get_by_label("Oak spoon")).to_have_value("1")
    assert_accessible(page)
    screenshot(page, "problem-form-phone")
    page.get_by_role("button", name="Send the report").last.click()
    expect(page.get_by_text("Write a sentence about it.").last).to_be_visible()
    expect(page.get_by_role("img", name="Photo 1")).to_be_visible()
    page.get_by_label("Tell us more").fill("The bowl of the spoon is split.")
    page.get_by_role("button", name="Send the report").last.click()
    expect(page.get_by_role("heading", name="Thank you. We have your report.")).to_be_visible()
    assert_accessible(page)
    screenshot(page, "problem-report-phone")
    claim = Claim.objects.get()
    assert (claim.kind, claim.photos) == ("damaged", 1)
    hear_everything()
    _ben_gives_it_back(open_page)
    hear_everything()
    subjects = [str(mail["subject"]) for mail in deliver_messages()]
    assert any("You get €12.50 back" in subject for subject in subjects), subjects
    page.reload()
    expect(page.get_by_role("heading", name="€12.50 has been refunded.")).to_be_visible()
    expect(page.get_by_text("We are sorry, this was our mistake.")).to_be_visible()


def _ben_gives_it_back(open_page: OpenPage) -> None:
    """From the question to the problem, its photo before him, and the refund."""
    ben = Client()
    ben.force_login(make_member("Ben").user, backend=BACKEND)
    desk = open_page(f"/desk/questions/{Ticket.objects.get().pk}/", client=ben)
    expect(desk.get_by_role("img", name="Photo 1 of the shopper")).to_be_visible()
    screenshot(desk, "problem-question-desk")
    desk.get_by_role("link", name="Damaged").first.click()
    desk.get_by_label("Refund").check()
    desk.get_by_label("Words to the shopper").fill("We are sorry, this was our mistake.")
    screenshot(desk, "problem-desk")
    desk.get_by_role("button", name="Decide and tell the shopper").click()
    expect(desk.get_by_role("heading", name="To be done")).to_be_visible()
    assert_accessible(desk)
    desk.get_by_role("button", name="Refund it").click()
    expect(desk.get_by_text("Refund recorded.")).to_be_visible()
