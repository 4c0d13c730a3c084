"""Text messages: counted as networks do, only to who agreed, in daytime, once; Twilio's answers understood."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs

import pytest

from aftercart.customers.actions import record_consent
from aftercart.customers.testing import make_customer
from aftercart.kernel import clock
from aftercart.kernel.outbox.drain import drain
from aftercart.kernel.outbox.models import Effect
from aftercart.kernel.outbox.rules import Refused, Retry, Sent, Unclear
from aftercart.messaging.actions import send_text
from aftercart.messaging.messages import registry
from aftercart.messaging.models import SandboxText, Suppression
from aftercart.messaging.numbers import normal_number, quiet_until, segments
from aftercart.messaging.ports import Text
from aftercart.messaging.providers.twilio import Twilio, is_signed

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "alphabet", "units", "count"),
    [
        ("a" * 160, "GSM-7", 160, 1),
        ("a" * 161, "GSM-7", 161, 2),
        ("€" * 80, "GSM-7", 160, 1),
        ("a" * 152 + "€" + "a" * 152, "GSM-7", 306, 3),
        ("ł" * 70, "UCS-2", 70, 1),
        ("ł" * 71, "UCS-2", 71, 2),
        ("😀" * 35, "UCS-2", 70, 1),
    ],
)
def test_segments(text: str, alphabet: str, units: int, count: int) -> None:
    found = segments(text)
    assert (found.alphabet, found.units, found.count) == (alphabet, units, count)


@pytest.mark.parametrize(
    ("text", "country", "number"),
    [
        ("0151 23456789", "DE", "+4915123456789"),
        ("+48 512 345 678", "", "+48512345678"),
        ("030 1234567", "DE", ""),
        ("12", "DE", ""),
        ("call me", "DE", ""),
        ("0151 23456789", "", ""),
    ],
)
def test_numbers(text: str, country: str, number: str) -> None:
    assert normal_number(text, country) == number


@pytest.mark.parametrize(("hour", "minutes"), [(6, 60), (7, 0), (19, 0), (20, 11 * 60), (0, 7 * 60)])
def test_nights_are_left_in_peace_where_the_number_is(hour: int, minutes: int) -> None:
    """Germany is an hour ahead of UTC in November: 8:00 there is 7:00 UTC, 21:00 is 20:00."""
    pause = quiet_until("+4915123456789", datetime(2026, 11, 24, hour, tzinfo=UTC))
    assert pause.total_seconds() == minutes * 60


def ask(customer_id: int | None, phone: str = "0151 23456789", key: str = "k") -> Effect | None:
    return send_text(
        kind="parcel_sent",
        phone=phone,
        country="DE",
        language="en",
        context=registry["parcel_sent"].sample("en"),
        key=key,
        actor="test",
        customer_id=customer_id,
    )


def consent(customer_id: int, *, yes: bool) -> None:
    record_consent(customer_id=customer_id, purpose="sms", is_granted=yes, source="checkout", actor="test")


@pytest.mark.django_db
def test_only_who_agreed_gets_one_and_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOON)
    sam = make_customer()
    assert ask(None) is None
    assert ask(sam.pk) is None
    consent(sam.pk, yes=True)
    assert ask(sam.pk, phone="") is None
    assert ask(sam.pk) is not None
    assert ask(sam.pk) is None
    drain(owner="w")
    (text,) = SandboxText.objects.all()
    assert text.body == ("Shop: order MH-10482 is on its way. Follow it: https://shop.example/orders/sample")
    assert (text.number, text.segments) == ("+4915123456789", 1)


@pytest.mark.django_db
def test_who_took_it_back_meanwhile_gets_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOON)
    sam = make_customer()
    consent(sam.pk, yes=True)
    ask(sam.pk)
    consent(sam.pk, yes=False)
    drain(owner="w")
    assert not SandboxText.objects.exists()
    assert "does not agree" in Effect.objects.get().last_error


@pytest.mark.django_db
def test_a_text_waits_for_the_morning(monkeypatch: pytest.MonkeyPatch) -> None:
    night = datetime(2026, 11, 24, 22, tzinfo=UTC)
    monkeypatch.setattr(clock, "now", lambda: night)
    sam = make_customer()
    consent(sam.pk, yes=True)
    ask(sam.pk)
    drain(owner="w")
    effect = Effect.objects.get()
    assert (effect.state, effect.attempts) == ("pending", 0)
    assert effect.next_try_at == datetime(2026, 11, 25, 7, tzinfo=UTC)


@pytest.mark.django_db
def test_a_number_that_does_not_exist_is_not_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOON)
    sam = make_customer()
    consent(sam.pk, yes=True)
    ask(sam.pk, phone="+4915123450000")
    drain(owner="w")
    assert Suppression.objects.get().address_key == "+4915123450000"
    ask(sam.pk, phone="+4915123450000", key="again")
    drain(owner="w")
    assert "any more" in Effect.objects.get(key="again").last_error


class FakeTwilio(BaseHTTPRequestHandler):
    """Answers as told; remembers what was posted."""

    answers: list[tuple[int, dict[str, Any]]] = []
    posted: list[dict[str, list[str]]] = []
    known: list[dict[str, Any]] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.posted.append(parse_qs(body))
        self._say(*self.answers.pop(0))

    def do_GET(self) -> None:
        self._say(200, {"messages": self.known})

    def _say(self, status: int, body: dict[str, Any]) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
        """Quiet."""


@pytest.fixture
def twilio() -> Iterator[Twilio]:
    FakeTwilio.answers, FakeTwilio.posted, FakeTwilio.known = [], [], []
    server = HTTPServer(("127.0.0.1", 0), FakeTwilio)
    Thread(target=server.serve_forever, daemon=True).start()
    made = Twilio(
        account="AC1",
        token="secret",
        url=f"http://127.0.0.1:{server.server_port}",
        sender="+15550100",
        callback="",
    )
    yield made
    made.close()
    server.shutdown()
    server.server_close()


def text(attempt: int = 1) -> Text:
    return Text(
        effect_id=1,
        key="k",
        number="+4915123456789",
        sender="",
        body="Hello",
        channel_id=None,
        customer_id=None,
        attempt=attempt,
        first_tried_at=NOON,
    )


@pytest.mark.parametrize(
    ("status", "body", "outcome"),
    [
        (201, {"sid": "SM1", "status": "queued"}, Sent(provider_message_id="SM1", reply="queued")),
        (400, {"code": 21211, "message": "no"}, Refused(reason="400 21211 no", is_bad_address=True)),
        (
            400,
            {"code": 21610, "message": "stop"},
            Refused(reason="the shopper answered STOP: 400 21610 stop", is_bad_address=True),
        ),
        (400, {"code": 21617, "message": "long"}, Refused(reason="400 21617 long")),
        (429, {"message": "slow"}, Retry(reason="429  slow")),
        (503, {}, Unclear(reason="503")),
    ],
)
def test_twilios_answers(twilio: Twilio, status: int, body: dict[str, Any], outcome: object) -> None:
    FakeTwilio.answers = [(status, body)]
    assert twilio.send(text()) == outcome
    assert FakeTwilio.posted == [{"To": ["+4915123456789"], "From": ["+15550100"], "Body": ["Hello"]}]


def test_a_second_try_looks_first_whether_the_first_arrived(twilio: Twilio) -> None:
    FakeTwilio.known = [{"sid": "SM9", "body": "Hello", "date_created": "Tue, 24 Nov 2026 12:00:05 +0000"}]
    answer = twilio.send(text(attempt=2))
    assert isinstance(answer, Sent)
    assert answer.provider_message_id == "SM9"
    assert FakeTwilio.posted == []
    FakeTwilio.known[0]["date_created"] = "Mon, 23 Nov 2026 12:00:05 +0000"
    FakeTwilio.answers = [(201, {"sid": "SM10"})]
    assert twilio.send(text(attempt=2)) == Sent(provider_message_id="SM10")


def test_signatures() -> None:
    """The worked example of Twilio's documentation."""
    form = {
        "CallSid": "CA1234567890ABCDE",
        "Caller": "+14158675310",
        "Digits": "1234",
        "From": "+14158675310",
        "To": "+18005551212",
    }
    url = "https://mycompany.com/myapp.php?foo=1&bar=2"
    signature = "GvWf1cFY/Q7PnoempGyD5oXAezc="
    assert is_signed(url=url, form=form, signature=signature, token="12345")
    assert not is_signed(url=url, form={**form, "Digits": "9"}, signature=signature, token="12345")
