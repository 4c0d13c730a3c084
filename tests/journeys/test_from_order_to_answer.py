"""The whole journey on real parts: an order over the API, mails over SMTP, two browsers, one worker."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from aftercart.kernel.ui.testing import OpenPage
from aftercart.messaging.testing import part
from aftercart.stores.testing import PASSWORD, make_member, make_merchant
from tests.journeys.parts import Api, Inbox, order_body, order_link, send_order

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@dataclass(frozen=True, kw_only=True)
class Words:
    """What Sam reads, in one of the languages."""

    language: str
    confirmed: str
    answered: str
    on_its_way: str
    parcel_moves: str
    paid: str
    message: str
    send: str
    question: str


WORDS = [
    Words(
        language="pl",
        confirmed="Potwierdzenie zamówienia W-77",
        answered="Odpowiedź w sprawie zamówienia W-77",
        on_its_way="Zamówienie jest w drodze",
        parcel_moves="W drodze",
        paid="Opłacono",
        message="Twoja wiadomość",
        send="Wyślij",
        question="Czy paczka zdąży na sobotę?",
    ),
    Words(
        language="ja",
        confirmed="ご注文ありがとうございます（注文番号 W-77）",
        answered="お問い合わせへのご回答（注文番号 W-77）",
        on_its_way="ご注文の商品を配送中です",
        parcel_moves="配送中",
        paid="お支払い済み",
        message="メッセージ",
        send="送信",
        question="土曜日までに届きますか。",
    ),
]


def sign_in(page: Page, email: str) -> None:
    """Through the form, with the password."""
    page.get_by_label("Email", exact=False).fill(email)
    page.get_by_label("Password", exact=False).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def answer_in_the_inbox(page: Page, question: str, text: str) -> None:
    """The agent finds the question in the inbox and answers it."""
    sign_in(page, "ben@mira.example")
    page.get_by_role("link", name="Sam Shopper").click()
    expect(page.get_by_role("log")).to_contain_text(question)
    page.get_by_label("Answer to Sam Shopper").fill(text)
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_role("log")).to_contain_text(text)


@pytest.mark.usefixtures("worker")
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("words", WORDS, ids=lambda words: words.language)
def test_from_the_order_to_the_answer(
    width: int, words: Words, api: Api, inbox: Inbox, open_page: OpenPage
) -> None:
    make_merchant()
    make_member("Ben")
    send_order(api, order_body(language=words.language), ("in_transit", "Leipzig"))

    confirmation = inbox.wait_for(words.confirmed)
    assert confirmation["To"].addresses[0].addr_spec == "sam@shopper.example"
    assert "Linen apron" in part(confirmation, "html")
    sam = open_page(order_link(confirmation), width=width)
    expect(sam.locator("html")).to_have_attribute("lang", words.language)
    expect(sam.get_by_role("heading", level=1)).to_have_text(words.on_its_way)
    expect(sam.get_by_text(words.paid).first).to_be_visible()
    expect(sam.get_by_text("Oak spoon", exact=True)).to_be_visible()
    expect(sam.get_by_role("heading", name=words.parcel_moves, level=3)).to_be_visible()
    expect(sam.get_by_text("Leipzig").first).to_be_visible()

    sam.get_by_label(words.message).fill(words.question)
    sam.get_by_role("button", name=words.send, exact=True).click()
    expect(sam.get_by_role("log")).to_contain_text(words.question)

    answer_in_the_inbox(open_page("/desk/questions/", width=width), words.question, "Yes, on Friday.")
    answer = inbox.wait_for(words.answered)
    assert "Yes, on Friday." in part(answer, "plain")
    reader = open_page(order_link(answer), width=width)
    expect(reader.get_by_role("log")).to_contain_text("Yes, on Friday.")
    expect(reader.get_by_role("log")).to_contain_text(words.question)
