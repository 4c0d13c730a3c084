"""What orders write to shoppers: the confirmation, and what happens to an order afterwards."""

from __future__ import annotations

from functools import partial
from typing import Any

from aftercart.messaging.messages import message_kind
from aftercart.orders.confirmation import confirmation_context
from aftercart.orders.news import example, no_longer_true, reader_of, visible_order
from aftercart.stores.models import StaffMember

__all__ = ["LOOKUP_CODE", "ORDER_CONFIRMED", "reader_of", "sample", "visible_order"]

_NAMES = {"en": "Sam Shopper", "pl": "Zofia Nowak", "ja": "山田 花子", "ru": "Анна Орлова", "th": "สมชาย ใจดี"}
_APRONS = {
    "en": "Linen apron, sage",
    "pl": "Lniany fartuch, szałwiowy",
    "ja": "リネンのエプロン（セージ）",
    "ru": "Льняной фартук, шалфей",
    "th": "ผ้ากันเปื้อนลินิน สีเขียวเสจ",
}
_SPOONS = {
    "en": "Oak spoon",
    "pl": "Dębowa łyżka",
    "ja": "オークのスプーン",
    "ru": "Дубовая ложка",
    "th": "ช้อนไม้โอ๊ก",
}
_PLACES = {
    "en": ["5 Linden Way", "Bath BA1 1AA", "United Kingdom"],
    "pl": ["ul. Lipowa 5", "00-001 Warszawa", "Polska"],
    "ja": ["〒150-0001", "東京都渋谷区神宮前1-2-3", "日本"],
    "ru": ["ул. Липовая, 5, кв. 12", "Москва 101000", "Россия"],
    "th": ["5 ถนนสุขุมวิท แขวงคลองเตย", "เขตคลองเตย กรุงเทพมหานคร 10110", "ไทย"],
}
_CURRENCIES = {"en": "EUR", "pl": "PLN", "ja": "JPY", "ru": "RUB", "th": "THB"}

_REASONS = {
    "en": "Ordered before 14:00, so it is sent on Thursday 12 March. Then 2–3 working days to Germany.",
    "pl": "Zamówienie złożone przed 14:00, więc wyślemy je w czwartek 12 marca. Potem 2–3 dni robocze do Niemiec.",
    "ja": "14:00までのご注文のため、3月12日(木)に発送します。その後、ドイツまで2～3営業日です。",
    "ru": "Заказ сделан до 14:00, поэтому мы отправим его в четверг, 12 марта. Затем 2–3 рабочих дня в Германию.",
    "th": "สั่งซื้อก่อน 14:00 น. จึงจัดส่งวันพฤหัสบดีที่ 12 มีนาคม จากนั้นใช้เวลา 2–3 วันทำการ",
}


def sample(language: str) -> dict[str, Any]:
    """A confirmation as it might be written in the language."""
    currency = _CURRENCIES[language]

    def money(minor: int) -> dict[str, Any]:
        return {"minor": minor, "currency": currency}

    return {
        "name": _NAMES[language],
        "number": "MH-10482",
        "placed_on": "2026-03-12",
        "payment": "paid",
        "payment_method": "card",
        "payment_instructions": "",
        "due": money(0),
        "pieces": 3,
        "lines": [_line(_APRONS[language], 1, money(4900)), _line(_SPOONS[language], 2, money(1250))],
        "totals": [
            {"kind": "subtotal", "amount": money(7400), "note": ""},
            {"kind": "discount", "amount": money(-740), "note": "SPRING10"},
            {"kind": "shipping", "amount": money(490), "note": ""},
            {"kind": "total", "amount": money(7150), "note": ""},
        ],
        "ship_to": [_NAMES[language], *_PLACES[language]],
        "shipping_method": "DHL",
        "delivery_by": "2026-03-17",
        "delivery_likely": "2026-03-16",
        "delivery_reason": _REASONS[language],
        "order_url": "https://shop.example/orders/sample",
    }


def _line(title: str, quantity: int, unit: dict[str, Any]) -> dict[str, Any]:
    amount = {**unit, "minor": unit["minor"] * quantity}
    return {"title": title, "quantity": quantity, "unit": unit, "amount": amount, "picture": ""}


def confirmation_example(number: str, member: StaffMember) -> dict[str, Any] | None:
    """The confirmation of a real order the member may see; the link is a dummy, so that it opens nothing."""
    order = visible_order(number, member)
    if order is None:
        return None
    return {**confirmation_context(order), "order_url": "https://shop.example/orders/sample"}


ORDER_CONFIRMED = message_kind(
    "order_confirmed",
    app="orders",
    label="Order confirmation",
    variables={
        "name": "the shopper's name; may be empty",
        "number": "the order's number",
        "placed_on": "the day it was placed, on the channel's clock",
        "payment": "paid, partly, transfer, on_delivery or pending",
        "payment_method": "card, bank_transfer, cash_on_delivery, or the method's own name; may be empty",
        "payment_instructions": "how to transfer money; may be empty",
        "due": "what is still to be paid",
        "pieces": "how many pieces were ordered",
        "lines": "title, quantity, unit, amount and picture (an address, or empty) of each line",
        "totals": "rows with kind (subtotal, discount, shipping, ..., total, tax_included), amount and note",
        "ship_to": "the delivery address, line by line; may be empty",
        "shipping_method": "the shipping method's name; may be empty",
        "delivery_by": "the promised day; may be empty",
        "delivery_likely": "the day by which half of such orders arrive; may be empty",
        "delivery_reason": "why, in a sentence; may be empty",
        "order_url": "the signed address of the order page",
    },
    sample=sample,
    multiline=frozenset({"payment_instructions"}),
    when="As soon as an order is placed or paid.",
    may_be_off=True,
    example=confirmation_example,
)

LOOKUP_CODE = message_kind(
    "lookup_code",
    app="orders",
    label="Code to see one's orders",
    variables={"name": "the customer's name; may be empty", "code": "six digits, valid for ten minutes"},
    sample=lambda language: {"name": _NAMES[language], "code": "274 518"},
    when="When somebody asks for a code to see their orders.",
    is_secret=True,
)

NEWS_VARIABLES = {
    "name": "the shopper's name; may be empty",
    "number": "the order's number",
    "order_url": "the signed address of the order page",
    "amount": "an amount of money: given back, or still to pay; may be empty",
    "changes": "what changed: address, items, contact, delivery, price or details, in any number",
    "lines": "title, quantity and amount of each line it is about; may be none",
    "total": "the order's new total; may be empty",
    "is_full": "true when it is about the whole order (all cancelled, all given back)",
    "to_refund": "true when money is still to be given back",
}


def news_sample(language: str, *, kind: str) -> dict[str, Any]:
    """News of an order as it might be written in the language."""
    full = sample(language)
    lines = [{key: line[key] for key in ("title", "quantity", "amount")} for line in full["lines"]]
    is_change = kind == "order_changed"
    return {
        "name": full["name"],
        "number": full["number"],
        "order_url": full["order_url"],
        "amount": "" if kind in {"order_cancelled", "order_changed"} else full["totals"][-1]["amount"],
        "changes": ["address", "items"] if is_change else [],
        "lines": lines if kind in {"order_cancelled", "order_changed"} else [],
        "total": full["totals"][-1]["amount"] if is_change else "",
        "is_full": True,
        "to_refund": kind == "order_cancelled",
    }


for _name, _label, _when in (
    (
        "order_payment_failed",
        "Payment failed",
        "15 minutes after a payment failed, unless it was paid by then.",
    ),
    ("order_cancelled", "Order cancelled", "When an order, or what was left of it, is cancelled."),
    ("order_changed", "Order changed", "When the address, the items or the like of an order change."),
    ("order_refunded", "Refund", "When money goes back to the shopper."),
):
    message_kind(
        _name,
        app="orders",
        label=_label,
        variables=NEWS_VARIABLES,
        sample=partial(news_sample, kind=_name),
        when=_when,
        structure="order_news",
        may_be_off=True,
        example=partial(example, _name),
        stale=no_longer_true,
    )
