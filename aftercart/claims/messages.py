"""What claims write to shoppers: that a report arrived, and what was decided."""

from __future__ import annotations

from typing import Any

from aftercart.messaging.messages import message_kind

_NAMES = {"en": "Sam Shopper", "pl": "Zofia Nowak", "ja": "山田 花子", "ru": "Анна Орлова", "th": "สมชาย ใจดี"}
_SPOONS = {
    "en": "2 × Oak spoon",
    "pl": "2 × Dębowa łyżka",
    "ja": "2 × オークのスプーン",
    "ru": "2 × Дубовая ложка",
    "th": "2 × ช้อนไม้โอ๊ก",
}
_TEXTS = {
    "en": "Both handles are cracked. The box was fine.",
    "pl": "Oba trzonki są pęknięte. Pudełko było całe.",
    "ja": "2本とも柄にひびが入っています。箱に傷はありませんでした。",
    "ru": "Обе ручки треснули. Коробка была целой.",
    "th": "ด้ามช้อนแตกทั้งสองคัน แต่กล่องปกติดี",
}
_ANSWERS = {
    "en": "Thank you for the clear photos. This should not have left our workshop.",
    "pl": "Dziękujemy za wyraźne zdjęcia. Te łyżki nie powinny były opuścić naszej pracowni.",
    "ja": "わかりやすいお写真をありがとうございました。工房での検品が行き届かず、申し訳ございません。",
    "ru": "Спасибо за чёткие фотографии. Такие ложки не должны были покинуть нашу мастерскую.",
    "th": "ขอบคุณสำหรับรูปถ่ายที่ชัดเจน สินค้าชิ้นนี้ไม่ควรผ่านการตรวจของเรา",
}
_CURRENCIES = {"en": "EUR", "pl": "PLN", "ja": "JPY", "ru": "RUB", "th": "THB"}

_VARIABLES = {
    "name": "the shopper's name; may be empty",
    "number": "the order's number",
    "kind": "damaged, missing, wrong or not_arrived",
    "pieces": "what it is about, one text per line of the order",
    "claim_url": "the signed address of the report's page",
}


def _sample(language: str) -> dict[str, Any]:
    return {
        "name": _NAMES[language],
        "number": "MH-10482",
        "kind": "damaged",
        "pieces": [_SPOONS[language]],
        "claim_url": "https://shop.example/orders/sample",
    }


def _sample_decided(language: str) -> dict[str, Any]:
    amount = {"minor": 2500, "currency": _CURRENCIES[language]}
    return {**_sample(language), "outcome": "refund", "amount": amount, "answer": _ANSWERS[language]}


CLAIM_RECEIVED = message_kind(
    "claim_received",
    app="claims",
    label="Problem received",
    variables={**_VARIABLES, "text": "what the shopper wrote; may be empty"},
    sample=lambda language: {**_sample(language), "text": _TEXTS[language]},
    multiline=frozenset({"text"}),
)

CLAIM_DECIDED = message_kind(
    "claim_decided",
    app="claims",
    label="Problem decided",
    variables={
        **_VARIABLES,
        "outcome": "refund, replacement or declined",
        "amount": "what the shopper gets back, when it is a refund",
        "answer": "what the colleague wrote; may be empty",
    },
    sample=_sample_decided,
    multiline=frozenset({"answer"}),
)
