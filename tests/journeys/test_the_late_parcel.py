"""A parcel does not come as promised: the shop notices, the page explains, and it ends when it arrives."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from aftercart.kernel import clock
from aftercart.kernel.ui.testing import OpenPage, assert_accessible
from aftercart.tracking.actions.delaying import find_delays, resolve_delays
from aftercart.tracking.models import Delay
from tests.journeys.parts import Api, order_body, scan, send_order
from tests.journeys.test_where_is_it import look_up

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("width", [390, 1280])
def test_the_late_parcels_page_explains(width: int, api: Api, open_page: OpenPage) -> None:
    due = (clock.now() - timedelta(days=3)).date().isoformat()
    parcel_id = send_order(api, order_body("MH-2041", promised_on=due), ("in_transit", "Berlin"))
    find_delays(now=clock.now(), actor="system")
    assert Delay.objects.get().cause == "promise"

    page = open_page("/orders/find/", width=width)
    look_up(page, "MH-2041", "10115")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your parcel is late")
    progress = page.locator("#parcels")
    expect(progress).to_contain_text("3 days later than promised")
    expect(progress).to_contain_text("How much longer it takes, we cannot say")
    expect(progress).not_to_contain_text("{#")
    expect(progress.get_by_role("link", name="Ask us")).to_be_visible()
    assert_accessible(page)

    scan(api, parcel_id, "delivered", "Berlin")
    resolve_delays(parcel_id=parcel_id, actor="system")
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your order has arrived")
    expect(page.locator("#parcels")).not_to_contain_text("How much longer")
    assert Delay.objects.get().how == "delivered"
