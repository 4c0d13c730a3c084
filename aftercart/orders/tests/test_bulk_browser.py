"""Moving and checking by keyboard in the list of orders."""

from __future__ import annotations

import pytest
from django.test import Client
from playwright.sync_api import expect

from aftercart.kernel.ui.testing import OpenPage
from aftercart.orders.models import Order
from aftercart.orders.testing import make_order
from aftercart.stores.testing import make_owner

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_keys_move_check_and_do(open_page: OpenPage, client: Client) -> None:
    older, newer = make_order(number="OLDER"), make_order(number="NEWER")
    client.force_login(make_owner().user)
    page = open_page("/desk/orders/", client=client)
    boxes = [page.get_by_role("checkbox", name=number, exact=True) for number in ("NEWER", "OLDER")]
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator(":focus")).to_have_text("OLDER")
    page.keyboard.press("x")
    expect(boxes[1]).to_be_checked()
    page.keyboard.press("k")
    page.keyboard.press("x")
    page.keyboard.press("x")
    expect(boxes[0]).not_to_be_checked()
    page.get_by_label("With what is checked").select_option("tag")
    page.get_by_label("Reason of a hold, or tag").fill("fair")
    page.get_by_role("button", name="Do it").click()
    expect(page.get_by_text("1 tagged.").first).to_be_visible()
    assert Order.objects.get(pk=older.pk).tags == ["fair"]
    assert Order.objects.get(pk=newer.pk).tags == []
