"""Twilio's doors over real HTTP, signed as documented: reports and replies, twice, late, forged."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import httpx
import pytest
from django.db import transaction
from django.test import Client
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from aftercart.customers.actions import record_consent
from aftercart.customers.models import Consent, Customer
from aftercart.customers.testing import make_customer
from aftercart.kernel import clock
from aftercart.kernel.journal.models import Entry
from aftercart.kernel.outbox.drain import drain
from aftercart.kernel.outbox.models import Effect
from aftercart.messaging.models import HeardText, SandboxText, Suppression, TextReport
from aftercart.messaging.replies import meaning
from aftercart.messaging.tests.test_texts import NOON, ask, consent

NUMBER = "+4915123456789"
STATUS, INBOUND = "/webhooks/twilio/status/", "/webhooks/twilio/inbound/"
SHOP = "https://shop.example"

Post = Callable[..., httpx.Response]


def signed(path: str, form: dict[str, str], token: str = "secret") -> str:
    """As Twilio documents it, written out by itself: HMAC-SHA1 of the address and the sorted fields."""
    told = f"{SHOP}{path}" + "".join(key + form[key] for key in sorted(form))
    return base64.b64encode(hmac.new(token.encode(), told.encode(), hashlib.sha1).digest()).decode()


@pytest.fixture
def post(live_server: LiveServer, settings: Settings) -> Post:
    """Post a form to a door, signed for the shop's public address unless told otherwise."""
    settings.BASE_URL = SHOP
    settings.TEXTS = replace(
        settings.TEXTS,
        provider="twilio",
        account="AC1",
        token="secret",
        url="https://api.twilio.example",
        sender="+15550100",
    )

    def send(path: str, signature: str | None = None, **fields: str) -> httpx.Response:
        form = {"AccountSid": "AC1", **fields}
        headers = {"X-Twilio-Signature": signed(path, form) if signature is None else signature}
        return httpx.post(live_server.url + path, data=form, headers=headers, timeout=60)

    return send


@pytest.fixture
def sam(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Customer:
    """A shopper who agreed, and to whom one text is on its way."""
    monkeypatch.setattr(clock, "now", lambda: NOON)
    sam = make_customer()
    consent(sam.pk, yes=True)
    with transaction.atomic():
        assert ask(sam.pk) is not None
    return sam


def report(post: Post, status: str, **fields: str) -> None:
    path = f"{STATUS}?text={Effect.objects.get(key='k').pk}"
    assert post(path, MessageSid="SM1", MessageStatus=status, To=NUMBER, **fields).status_code == 204


def told(name: str) -> list[dict[str, object]]:
    return list(Entry.objects.filter(name=name).values_list("facts", flat=True))


def test_reports_come_twice_and_in_any_order(post: Post, sam: Customer) -> None:
    for status in ("sent", "undelivered", "delivered", "delivered", "undelivered", "queued", "failed"):
        report(post, status, ErrorCode="30003" if status == "undelivered" else "")
    kept = TextReport.objects.get()
    assert (kept.status, kept.code, kept.sid) == ("delivered", 0, "SM1")
    assert len(told("TextDelivered")) == len(told("TextNotDelivered")) == 1
    assert Entry.objects.get(name="TextDelivered").customer_id == sam.pk
    assert not Suppression.objects.exists()


@pytest.mark.parametrize(("code", "reason"), [("30005", "bounce"), ("30006", "bounce"), ("21610", "stopped")])
def test_bad_numbers_get_no_more(post: Post, sam: Customer, code: str, reason: str) -> None:
    report(post, "undelivered", ErrorCode=code)
    found = Suppression.objects.get()
    assert (found.address_key, found.reason) == (NUMBER, reason)
    drain(owner="w")
    assert "any more" in Effect.objects.get().last_error


def test_stop_is_heard_once_with_proof_and_start_takes_it_back(post: Post, sam: Customer) -> None:
    for _ in range(2):
        answer = post(INBOUND, MessageSid="SM7", From=NUMBER, To="+15550100", Body=" Stop, please! ")
        assert answer.status_code == 200
        assert answer.text.endswith("<Response></Response>")
    newest = Consent.objects.filter(purpose="sms").latest("pk")
    assert (newest.is_granted, newest.source) == (False, "text message SM7")
    assert Consent.objects.count() == 2
    assert HeardText.objects.get().body == "Stop, please!"
    assert Suppression.objects.get().reason == "stopped"
    drain(owner="w")
    assert not SandboxText.objects.exists()
    post(INBOUND, MessageSid="SM8", From=NUMBER, To="+15550100", Body="START")
    assert not Suppression.objects.exists()
    assert Consent.objects.filter(purpose="sms").latest("pk").is_granted
    post(INBOUND, MessageSid="SM7", From=NUMBER, To="+15550100", Body="Stop, please!")
    assert not Suppression.objects.exists(), "a replay of the old word changes nothing"
    assert [fact["meaning"] for fact in told("TextHeard")] == ["stop", "start"]
    assert {fact["customer_id"] for fact in told("TextHeard")} == {sam.pk}


def test_start_gives_no_consent_that_was_taken_back_elsewhere(post: Post, sam: Customer) -> None:
    record_consent(customer_id=sam.pk, purpose="sms", is_granted=False, source="order page", actor="test")
    post(INBOUND, MessageSid="SM8", From=NUMBER, To="+15550100", Body="START")
    assert not Consent.objects.filter(purpose="sms").latest("pk").is_granted


def test_anything_else_is_kept_and_its_words_stay_out_of_the_journal(post: Post, sam: Customer) -> None:
    words = "My neighbour Zdzisława has it"
    assert post(INBOUND, MessageSid="SM9", From=NUMBER, To="+15550100", Body=words).status_code == 200
    assert HeardText.objects.get().body == words
    (facts,) = told("TextHeard")
    assert (facts["meaning"], facts["customer_id"]) == ("other", sam.pk)
    assert "Zdzis" not in str(list(Entry.objects.values_list("facts", flat=True)))
    assert NUMBER not in str(list(Entry.objects.values_list("facts", "subject")))
    assert not Suppression.objects.exists()


def test_a_stop_from_a_number_nobody_knows_counts_too(post: Post, transactional_db: None) -> None:
    post(INBOUND, MessageSid="SM1", From="+48512345678", To="+15550100", Body="stop")
    assert Suppression.objects.get().address_key == "+48512345678"


@pytest.mark.parametrize("path", [INBOUND, f"{STATUS}?text=1"])
def test_only_what_the_account_signed_is_heard(
    post: Post, path: str, settings: Settings, client: Client
) -> None:
    fields = {"MessageSid": "SM1", "From": NUMBER, "To": "+1", "Body": "STOP", "MessageStatus": "failed"}
    form = {"AccountSid": "AC1", **fields}
    forged = [
        post(path, signature="", **fields),
        post(path, signature="nonsense", **fields),
        post(path, signature=signed(path, form, token="other"), **fields),
        post(path, signature=signed(path, form), **{**fields, "Body": "START"}),
        post(f"{path}{'&' if '?' in path else '?'}more=1", signature=signed(path, form), **fields),
        post(path, **{**fields, "AccountSid": "AC2"}),
    ]
    assert [(answer.status_code, answer.text) for answer in forged] == [(403, "")] * len(forged)
    assert client.post(path, {**fields, "Body": "x" * 70_000}).status_code == 413
    settings.TEXTS = replace(settings.TEXTS, provider="sandbox")
    assert post(path, **fields).status_code == 404
    assert not HeardText.objects.exists()
    assert not Suppression.objects.exists()
    assert not TextReport.objects.exists()


def test_doors_take_posts_only(post: Post, live_server: LiveServer) -> None:
    assert httpx.get(live_server.url + INBOUND, timeout=60).status_code == 405
    assert httpx.get(live_server.url + STATUS, timeout=60).status_code == 405


def test_a_report_on_a_text_to_somebody_erased_says_nothing_new(post: Post, sam: Customer) -> None:
    Effect.objects.update(payload={})
    report(post, "undelivered", ErrorCode="30005")
    assert not TextReport.objects.exists()


def test_strange_reports_are_harmless(post: Post, sam: Customer) -> None:
    for text in ("", "9" * 30, "-1", "x", "999999"):
        path = f"{STATUS}?text={text}"
        assert post(path, MessageSid="SM1", MessageStatus="failed", ErrorCode="9" * 40).status_code == 204
    assert post(INBOUND, MessageSid="SM2", From="a\0b", To="\0", Body="\0").status_code == 200
    assert not TextReport.objects.exists()


@pytest.mark.postgres
def test_the_same_word_at_the_same_time(post: Post, sam: Customer) -> None:
    def stop(number: int) -> int:
        sid = f"SM{number % 2}"
        return post(INBOUND, MessageSid=sid, From=NUMBER, To="+15550100", Body="STOP").status_code

    with ThreadPoolExecutor(6) as pool:
        assert set(pool.map(stop, range(12))) == {200}
    assert HeardText.objects.count() == len(told("TextHeard")) == 2
    assert list(sam.consents.order_by("pk").values_list("is_granted", flat=True)) == [True, False]
    assert Suppression.objects.count() == 1


STOPS = [
    *("STOP", "stop.", "Stop!!", "StopAll", "STOP ALL", "unsubscribe", "Cancel", "END", "quit", "opt out"),
    *("please stop", "Stop texting me", "STOP PLEASE", "ＳＴＯＰ", "Stop sending these messages"),
    *(
        "Wypisz mnie",
        "REZYGNUJĘ",
        "Proszę wypisz",
        "Anuluj",
        "koniec",
        "停止",
        "配信停止してください",
        "解除",
    ),
    *("ストップ", "やめてください", "停止をお願いします", "СТОП", "Отписаться", "отпишите меня пожалуйста"),
    *("Отмена", "หยุด", "ยกเลิก", "ยกเลิกครับ", "หยุดส่งข้อความ"),
]
OTHERS = [
    *(
        "",
        "?",
        "Cancel my order",
        "stop the parcel at my neighbour",
        "When does it end",
        "Yes",
        "please",
        "🙏",
    ),
    *("Anuluj zamówienie", "注文をキャンセルしてください", "Отмените заказ", "ยกเลิกคำสั่งซื้อ", "stop " * 40),
]


@pytest.mark.parametrize("text", STOPS)
def test_reasonable_wordings_of_stop(text: str) -> None:
    assert meaning(text) == "stop"


@pytest.mark.parametrize("text", OTHERS)
def test_what_is_no_stop(text: str) -> None:
    assert meaning(text) == "other"


@pytest.mark.parametrize(
    "text", ["START", "Start please", "unstop", "再開してください", "старт", "เริ่ม", "Wznów"]
)
def test_wordings_of_start(text: str) -> None:
    assert meaning(text) == "start"
