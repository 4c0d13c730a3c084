"""What the helpdesk writes to customers: that their question arrived, and the answer."""

from __future__ import annotations

from typing import Any

from aftercart.messaging.messages import message_kind

_NAMES = {"en": "Sam Shopper", "pl": "Zofia Nowak", "ja": "山田 花子", "ru": "Анна Орлова", "th": "สมชาย ใจดี"}
_QUESTIONS = {
    "en": "Hello, my parcel has not moved for three days.\nCould you have a look?",
    "pl": "Dzień dobry, moja paczka stoi w miejscu od trzech dni.\nCzy możecie to sprawdzić?",
    "ja": "荷物の配送状況が3日間変わっていません。\nご確認いただけますか。",
    "ru": "Здравствуйте! Моя посылка три дня не двигается.\nПосмотрите, пожалуйста.",
    "th": "สวัสดี พัสดุของฉันไม่มีการเคลื่อนไหวมาสามวันแล้ว\nช่วยตรวจสอบให้หน่อยได้ไหม",
}
_ANSWERS = {
    "en": (
        "Thank you for telling us. The parcel was held at the depot and is moving again.",
        "It should be with you on Tuesday.",
    ),
    "pl": (
        "Dziękujemy za wiadomość. Paczka utknęła w sortowni, ale jest już w drodze.",
        "Powinna dotrzeć do Ciebie we wtorek.",
    ),
    "ja": (
        "ご連絡いただき、ありがとうございます。"
        "お荷物は営業所で止まっておりましたが、配送を再開しております。",
        "火曜日にお届けできる見込みです。",
    ),
    "ru": (
        "Спасибо, что написали. Посылка задержалась на складе перевозчика и снова в пути.",
        "Она должна быть у Вас во вторник.",
    ),
    "th": (
        "ขอบคุณที่แจ้งให้เราทราบ พัสดุค้างอยู่ที่ศูนย์กระจายสินค้าและกำลังจัดส่งต่อแล้ว",
        "คาดว่าจะถึงคุณในวันอังคาร",
    ),
}


def _sample_question(language: str) -> dict[str, Any]:
    return {
        "name": _NAMES[language],
        "number": "MH-10482",
        "question": _QUESTIONS[language],
        "order_url": "https://shop.example/orders/sample",
    }


def _sample_answer(language: str) -> dict[str, Any]:
    return {**_sample_question(language), "answer": "\n\n".join(_ANSWERS[language]), "author": "Ben"}


_QUESTION_VARIABLES = {
    "name": "the customer's name; may be empty",
    "number": "the order's number; empty when the question is about none",
    "question": "what the customer wrote",
    "order_url": "the signed address of the order page; may be empty",
}

QUESTION_RECEIVED = message_kind(
    "question_received",
    app="helpdesk",
    label="Question received",
    variables=_QUESTION_VARIABLES,
    sample=_sample_question,
    multiline=frozenset({"question"}),
)

QUESTION_ANSWERED = message_kind(
    "question_answered",
    app="helpdesk",
    label="Answer to a question",
    variables={
        **_QUESTION_VARIABLES,
        "answer": "what the colleague wrote",
        "author": "the colleague's name; may be empty",
    },
    sample=_sample_answer,
    multiline=frozenset({"question", "answer"}),
    is_automatic=False,
)
