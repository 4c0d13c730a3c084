"""Every kind in every language: complete, in words a native reads, safe whatever a customer is called."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import pytest
from liquid.exceptions import LiquidError

from aftercart.messaging.letterhead import Letterhead, letterhead
from aftercart.messaging.liquid_env import environment
from aftercart.messaging.messages import LANGUAGES, ContextError, MessageKind, mail_folder, registry
from aftercart.messaging.render import Rendered, render
from aftercart.stores.models import Channel, Merchant

EVERY = [(kind, language) for kind in sorted(registry) for language in LANGUAGES]
GMAIL_CLIPS_AT = 102_000
SUBJECTS = {
    ("order_confirmed", "en"): "Order MH-10482 is confirmed",
    ("order_confirmed", "pl"): "Potwierdzenie zamówienia MH-10482",
    ("order_confirmed", "ja"): "ご注文ありがとうございます（注文番号 MH-10482）",
    ("order_confirmed", "ru"): "Заказ MH-10482 принят",
    ("order_confirmed", "th"): "ยืนยันคำสั่งซื้อ MH-10482",
    ("lookup_code", "en"): "274 518 is your code",
    ("lookup_code", "pl"): "274 518 to Twój kod",
    ("lookup_code", "ja"): "確認コード：274 518",
    ("lookup_code", "ru"): "274 518: Ваш код",
    ("lookup_code", "th"): "274 518 คือรหัสของคุณ",
    ("question_received", "en"): "We have your question about order MH-10482",
    ("question_received", "pl"): "Mamy Twoje pytanie o zamówienie MH-10482",
    ("question_received", "ja"): "お問い合わせを受け付けました（注文番号 MH-10482）",
    ("question_received", "ru"): "Мы получили Ваш вопрос о заказе MH-10482",
    ("question_received", "th"): "เราได้รับคำถามของคุณเกี่ยวกับคำสั่งซื้อ MH-10482 แล้ว",
    ("question_answered", "en"): "Our answer about order MH-10482",
    ("question_answered", "pl"): "Odpowiedź w sprawie zamówienia MH-10482",
    ("question_answered", "ja"): "お問い合わせへのご回答（注文番号 MH-10482）",
    ("question_answered", "ru"): "Ответ по заказу MH-10482",
    ("question_answered", "th"): "คำตอบเกี่ยวกับคำสั่งซื้อ MH-10482",
}
HOSTILE = (
    "Eve\r\nBcc: all@victims.example\r\n\r\n"
    "<script>alert(1)</script><img src=x onerror=alert(1)>\"'"
    "{{ shop.email }}{% for i in (1..9) %}{{ i }}{% endfor %}"
    "[[ heading ]]liquid-0-mark\u202e\u2028"
)


def head(**channel: Any) -> Letterhead:
    merchant = Merchant(
        name="Mira & Holm", legal_name="Mira & Holm GmbH", postal_address="Lindenweg 5\n10115 Berlin"
    )
    values: dict[str, Any] = {
        "name": "Main",
        "sender_email": "shop@mira.example",
        "support_email": "help@mira.example",
        "support_phone": "+49 30 1234567",
        "support_hours": "9-17",
        "return_policy": {"en": "Return anything within 30 days.", "pl": "Masz 30 dni na zwrot."},
    }
    return letterhead(merchant, Channel(**{**values, **channel}))


class Tags(HTMLParser):
    """Names of all elements and their attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]


def rendered(name: str, language: str, /, **changes: Any) -> Rendered:
    kind = registry[name]
    return render(kind, language, {**kind.sample(language), **changes}, head())


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_complete_in_every_language(name: str, language: str) -> None:
    mail = rendered(name, language)
    for text in (mail.subject, mail.html, mail.text):
        assert text.strip()
        assert not re.search(r"{{|}}|{%|%}|\[\[ |liquid-\d", text)
    assert f'lang="{language}"' in mail.html
    assert "fonts.googleapis" not in mail.html, "a mail must not tell Google who reads it"
    assert 'name="color-scheme" content="light dark"' in mail.html
    assert "prefers-color-scheme: dark" in mail.html
    assert len(mail.html.encode()) < GMAIL_CLIPS_AT
    for text in (mail.html.replace("&amp;", "&"), mail.text):
        for needed in ("Mira & Holm GmbH", "10115 Berlin", "help@mira.example", "+49 30 1234567"):
            assert needed in text
    policy = "Masz 30 dni na zwrot." if language == "pl" else "Return anything within 30 days."
    assert policy in mail.html
    assert policy in mail.text


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_subjects(name: str, language: str) -> None:
    subject = rendered(name, language).subject
    assert subject == SUBJECTS.get((name, language), subject)
    assert (name, language) in SUBJECTS or "MH-10482" in subject


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_every_variable_may_be_empty_where_it_says_so(name: str, language: str) -> None:
    kind = registry[name]
    empties: dict[str, Any] = {
        key: [] if key in {"ship_to", "parcels"} else ""
        for key, about in kind.variables.items()
        if "may be empty" in about
    }
    mail = rendered(name, language, **empties)
    assert "None" not in mail.text


@pytest.mark.parametrize("payment", ["paid", "partly", "transfer", "on_delivery", "pending"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_way_to_pay_reads_differently(payment: str, language: str) -> None:
    method = {"transfer": "bank_transfer", "on_delivery": "cash_on_delivery"}.get(payment, "card")
    mail = rendered("order_confirmed", language, payment=payment, payment_method=method)
    others = [
        rendered("order_confirmed", language, payment=other, payment_method=method)
        for other in ("paid", "partly", "transfer", "on_delivery", "pending")
        if other != payment
    ]
    assert mail.text not in {other.text for other in others} or payment in {"partly", "pending"}


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_a_hostile_customer_changes_nothing_but_their_own_words(name: str, language: str) -> None:
    kind = registry[name]
    tame, wild = rendered(name, language), render(kind, language, hostile(kind, language), head())
    assert Tags(wild.html).tags == Tags(tame.html).tags
    assert not [name for _, name, _ in Tags(wild.html).attributes if name.startswith("on")]
    assert "\n" not in wild.subject
    assert "\r" not in wild.subject + wild.text
    assert "\u202e" not in wild.html + wild.text + wild.subject
    assert not re.search(r"^Bcc:", wild.text, re.MULTILINE)
    assert "help@mira.example{% for" not in wild.text, "their Liquid is text, it is not run"


def hostile(kind: MessageKind, language: str) -> dict[str, Any]:
    """The sample with every text of one line made hostile, structure and addresses kept."""
    fixed = {
        "payment",
        "placed_on",
        "delivery_by",
        "delivery_likely",
        "order_url",
        "kind",
        "currency",
        "picture",
    }
    fixed |= {"changes", "status", "due_on", "expected_by", "problem", "cause", "tracking_url"}

    def spoil(key: str, value: Any) -> Any:
        if isinstance(value, dict):
            return {inner: spoil(inner, one) for inner, one in value.items()}
        if isinstance(value, list):
            return [spoil(key, one) for one in value]
        is_text = isinstance(value, str) and value and key not in fixed and key not in kind.multiline
        return HOSTILE if is_text else value

    return {key: spoil(key, value) for key, value in kind.sample(language).items()}


def test_a_hostile_text_of_many_lines_stays_text() -> None:
    mail = rendered("question_answered", "en", answer="<b>one</b>\ntwo {{ shop.email }}", question="")
    assert "&lt;b&gt;one&lt;/b&gt;<br>two {{ shop.email }}" in mail.html
    assert "<b>one</b>\ntwo {{ shop.email }}" in mail.text


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", " JAVASCRIPT:alert(1)", "vbscript:x"]
)
def test_addresses_that_run_code_are_left_out(url: str) -> None:
    mail = rendered("order_confirmed", "en", order_url=url)
    hrefs = [value for _, name, value in Tags(mail.html).attributes if name in {"href", "src"}]
    assert not [value for value in hrefs if "script" in value.lower() or value.startswith("data:")]


def test_templates_put_addresses_through_the_link_filter() -> None:
    layout = mail_folder("messaging") / "layout.mjml"
    for path in [layout, *(kind.file("mjml") for kind in registry.values())]:
        for value in re.findall(r'(?:href|src)="([^"]*)"', path.read_text(encoding="utf-8")):
            assert value.endswith("| link }}"), f"{path.name}: {value}"


def test_missing_and_unknown_variables_are_refused() -> None:
    kind = registry["question_received"]
    with pytest.raises(ContextError, match=r"missing \['name'\]"):
        render(kind, "en", {key: "" for key in kind.variables if key != "name"}, head())
    with pytest.raises(ContextError, match=r"unknown \['nmae'\]"):
        rendered("question_received", "en", nmae="Sam")


@pytest.mark.parametrize(
    "source",
    [
        "{{ missing }}",
        "{{ name | no_such_filter }}",
        "{% include 'x' %}",
        "{% render 'x' %}",
        "{{ name.__class__ }}",
        "{% for a in (1..100000) %}{% endfor %}",
    ],
)
def test_the_sandbox(source: str) -> None:
    with pytest.raises(LiquidError):
        environment("en", is_html=True).from_string(source).render(name="Sam")


@pytest.mark.parametrize(
    ("language", "money", "day"),
    [
        ("en", "€1,234.50", "March 17, 2026"),
        ("pl", "1\xa0234,50\xa0€", "17 marca 2026"),
        ("ja", "€1,234.50", "2026年3月17日"),
        ("ru", "1\xa0234,50\xa0€", "17 марта 2026"),
        ("th", "€1,234.50", "17 มีนาคม ค.ศ. 2026"),
    ],
)
def test_formats(language: str, money: str, day: str) -> None:
    template = environment(language, is_html=False).from_string("{{ amount | money }}|{{ day | date }}")
    assert template.render(amount={"minor": 123450, "currency": "EUR"}, day="2026-03-17") == f"{money}|{day}"


def test_a_letterhead_without_anything_still_has_a_sender() -> None:
    bare = letterhead(Merchant(name=""), None)
    assert bare.sender.email.startswith("no-reply@")
    kind = registry["order_confirmed"]
    assert "None" not in render(kind, "en", kind.sample("en"), bare).text


def test_a_logo_stands_for_the_name() -> None:
    kind = registry["question_received"]
    logo = head(theme={"logo": "https://cdn.example/logo.png", "accent": "#ffcc00"})
    mail = render(kind, "en", kind.sample("en"), logo)
    assert ("img", "src", "https://cdn.example/logo.png") in Tags(mail.html).attributes
    assert "background:#ffcc00" in mail.html
    assert "color:#000000" in mail.html, "dark letters on a light button"
