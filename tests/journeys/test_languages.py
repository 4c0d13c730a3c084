"""Orders of Japanese and Thai shoppers read in their language from the mail to the last line of the page."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import expect

from aftercart.kernel.ui.testing import OpenPage, assert_accessible
from aftercart.messaging.testing import part
from tests.journeys.parts import Api, Inbox, order_body, order_link, send_order

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ENGLISH = re.compile(
    r"\b(the|your|you|order|parcel|paid|sent|delivered|total|shipping|write|when|where|to|of)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True)
class Order:
    """An order, and what its page must say."""

    body: dict[str, Any]
    confirmed: str
    title: str
    sayings: tuple[str, ...]


ORDERS = {
    "ja": Order(
        body=order_body(
            "JP-88",
            language="ja",
            currency="JPY",
            lines=[{"title": "リネンのエプロン", "quantity": 2, "unit_price_minor": 5400}],
            shipping_minor=600,
            ship_to={
                "name": "佐藤 花子",
                "line1": "千代田1-1",
                "city": "千代田区",
                "region": "東京都",
                "postcode": "100-0001",
                "country": "JP",
            },
        ),
        confirmed="ご注文ありがとうございます（注文番号 JP-88）",
        title="ご注文の商品を配送中です",
        sayings=("お支払い済み", "リネンのエプロン", "11,400", "佐藤 花子", "〒100-0001"),
    ),
    "th": Order(
        body=order_body(
            "TH-88",
            language="th",
            currency="THB",
            lines=[{"title": "ผ้ากันเปื้อนลินิน", "quantity": 2, "unit_price_minor": 129000}],
            shipping_minor=5000,
            ship_to={
                "name": "สมชาย ใจดี",
                "line1": "99 ถนนสุขุมวิท",
                "city": "วัฒนา",
                "region": "กรุงเทพมหานคร",
                "postcode": "10110",
                "country": "TH",
            },
        ),
        confirmed="ยืนยันคำสั่งซื้อ TH-88",
        title="คำสั่งซื้อกำลังจัดส่ง",
        sayings=("ชำระแล้ว", "ผ้ากันเปื้อนลินิน", "2,630.00", "สมชาย ใจดี", "10110"),
    ),
}


@pytest.mark.usefixtures("worker")
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("language", ORDERS)
def test_the_order_reads_in_its_language(
    language: str, width: int, api: Api, inbox: Inbox, open_page: OpenPage
) -> None:
    order = ORDERS[language]
    send_order(api, order.body, ("in_transit", ""))
    confirmation = inbox.wait_for(order.confirmed)
    assert not ENGLISH.findall(re.sub(r"https?://\S+", "", part(confirmation, "plain")))
    page = open_page(order_link(confirmation), width=width)
    expect(page.locator("html")).to_have_attribute("lang", language)
    expect(page.get_by_role("heading", level=1)).to_have_text(order.title)
    text = page.get_by_role("main").inner_text()
    assert [saying for saying in order.sayings if saying not in text] == []
    assert ENGLISH.findall(text) == []
    assert_accessible(page)
