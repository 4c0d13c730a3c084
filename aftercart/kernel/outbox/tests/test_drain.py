"""Taking, sending, noting: with real SMTP servers on loopback that fail in every way servers fail."""

from __future__ import annotations

import threading
from datetime import timedelta
from email import message_from_bytes
from email.message import Message
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from django.db import connection
from django.db.models import F
from pytest_django.fixtures import Settings

from aftercart.kernel import clock
from aftercart.kernel.outbox.actions import StateError, cancel, retry, retry_all
from aftercart.kernel.outbox.drain import drain
from aftercart.kernel.outbox.effects import (
    Intent,
    OneByOne,
    PermanentError,
    Settled,
    TemporaryError,
    handlers,
    hooks,
    register,
)
from aftercart.kernel.outbox.leases import begin, claim, free_abandoned
from aftercart.kernel.outbox.mail import memory, transport
from aftercart.kernel.outbox.mail.smtp import Server, SmtpTransport
from aftercart.kernel.outbox.models import Effect
from aftercart.kernel.outbox.rules import Refused, Sent
from aftercart.kernel.outbox.testing import CUT, STALL, ScriptedServer, accept, free_port, make_mail, smtp

pytestmark = pytest.mark.django_db(transaction=True)


class Sink:
    """An aiosmtpd handler that keeps what it takes."""

    def __init__(self) -> None:
        self.mails: list[bytes] = []

    async def handle_DATA(self, server: object, session: object, envelope: Any) -> str:
        self.mails.append(envelope.content)
        return "250 OK"


def states() -> dict[str, str]:
    return dict(Effect.objects.values_list("key", "state"))


def due_now() -> None:
    Effect.objects.update(next_try_at=clock.now())


def impatient(settings: Settings, port: int) -> SmtpTransport:
    """A transport that loses patience in tenths of a second."""
    settings.MAIL = smtp(port)
    made = SmtpTransport(Server(host="127.0.0.1", port=port, timeout=0.3, final_timeout=0.3))
    transport._of_thread.transport = (settings.MAIL, made)
    return made


def test_a_real_server_takes_the_mail_as_it_was(settings: Settings) -> None:
    sink = Sink()
    controller = Controller(sink, hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        settings.MAIL = smtp(controller.port)
        effect = make_mail()
        assert drain(owner="w1") == 1
    finally:
        controller.stop()
    effect.refresh_from_db()
    assert effect.state == "sent"
    assert effect.sent_at is not None
    assert (effect.lease_owner, effect.lease_until) == ("", None)
    message = message_from_bytes(sink.mails[0])
    assert message["Message-ID"] == f"<{effect.provider_message_id}>"
    text = message.get_payload(0)
    assert isinstance(text, Message)
    assert text.get_payload(decode=True) == b"Hello Sam,\r\n.\r\n..and thank you.\r\n"


def test_server_down_then_up(settings: Settings) -> None:
    settings.MAIL = smtp(free_port())
    make_mail(key="a")
    make_mail(key="b")
    drain(owner="w1")
    first, second = Effect.objects.order_by("key")
    assert (first.state, first.attempts) == ("failed", 1)
    assert "refused" in first.last_error
    assert (second.state, second.attempts) == ("pending", 0), "a resting server is not tried for each mail"
    assert drain(owner="w1") == 0
    with ScriptedServer() as server:
        settings.MAIL = smtp(server.port)
        due_now()
        drain(owner="w1")
    assert states() == {"a": "sent", "b": "sent"}


def test_later_says_the_server_and_later_it_is(settings: Settings) -> None:
    def busy_once(verb: str, line: str, mail: int) -> str:
        return "451 4.3.0 try later" if verb == "RCPT" and mail == 1 else accept(verb, line, mail)

    with ScriptedServer(busy_once) as server:
        settings.MAIL = smtp(server.port)
        effect = make_mail()
        drain(owner="w1")
        effect.refresh_from_db()
        assert (effect.state, effect.attempts) == ("failed", 1)
        assert effect.next_try_at > clock.now() + timedelta(seconds=5)
        assert drain(owner="w1") == 0
        due_now()
        drain(owner="w1")
        effect.refresh_from_db()
        assert (effect.state, effect.attempts) == ("sent", 2)
        assert server.connections == 1, "the connection is kept"


@pytest.mark.parametrize("features", [("PIPELINING",), ()])
def test_one_bad_recipient_among_good(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, features: tuple[str, ...]
) -> None:
    def picky(verb: str, line: str, mail: int) -> str:
        return "550 5.1.1 no such user" if "nobody@" in line and verb == "RCPT" else accept(verb, line, mail)

    heard: list[Settled] = []
    monkeypatch.setitem(hooks, "email", [heard.extend])
    with ScriptedServer(picky, features=features) as server:
        settings.MAIL = smtp(server.port)
        make_mail(key="a")
        make_mail(key="b", to="nobody@shopper.example")
        make_mail(key="c")
        drain(owner="w1")
        assert states() == {"a": "sent", "b": "dead", "c": "sent"}
        assert len([mail for mail in server.mails if mail]) == 2
        assert server.connections == 1
    refused = next(entry for entry in heard if entry.intent.key == "b")
    assert isinstance(refused.outcome, Refused)
    assert refused.outcome.is_bad_address
    assert "550 5.1.1 no such user" in Effect.objects.get(key="b").last_error


def test_a_refused_content_is_dead_and_a_person_may_try_again(settings: Settings) -> None:
    def dislikes(verb: str, line: str, mail: int) -> str:
        return "554 5.7.1 spam" if verb == "CONTENT" and mail == 1 else accept(verb, line, mail)

    with ScriptedServer(dislikes) as server:
        settings.MAIL = smtp(server.port)
        effect = make_mail()
        drain(owner="w1")
        effect.refresh_from_db()
        assert effect.state == "dead"
        retry(effect_id=effect.pk, actor="staff:1")
        drain(owner="w1")
        effect.refresh_from_db()
        assert effect.state == "sent"
    with pytest.raises(StateError, match="sent"):
        retry(effect_id=effect.pk, actor="staff:1")


def test_a_refused_greeting_is_the_servers_trouble(settings: Settings) -> None:
    with ScriptedServer(lambda verb, line, mail: "554 go away") as server:
        settings.MAIL = smtp(server.port)
        effect = make_mail()
        drain(owner="w1")
        effect.refresh_from_db()
        assert effect.state == "failed"
        assert "554 go away" in effect.last_error


def test_a_sender_that_is_not_let_in_is_configuration(settings: Settings) -> None:
    def strict(verb: str, line: str, mail: int) -> str:
        return "530 5.7.0 authentication required" if verb == "MAIL" else accept(verb, line, mail)

    with ScriptedServer(strict) as server:
        settings.MAIL = smtp(server.port)
        make_mail(key="a")
        make_mail(key="b")
        drain(owner="w1")
    assert states() == {"a": "failed", "b": "pending"}


@pytest.mark.parametrize("silence", [CUT, STALL])
def test_no_answer_after_the_content(settings: Settings, silence: str) -> None:
    def silent(verb: str, line: str, mail: int) -> str:
        return silence if verb == "CONTENT" and mail <= 2 else accept(verb, line, mail)

    with ScriptedServer(silent) as server:
        impatient(settings, server.port)
        make_mail(key="confirmation")
        make_mail(key="newsletter", purpose="marketing")
        drain(owner="w1")
        assert states() == {"confirmation": "failed", "newsletter": "unclear"}
        assert "no answer after the content" in Effect.objects.get(key="newsletter").last_error
        due_now()
        drain(owner="w1")
        assert states() == {"confirmation": "sent", "newsletter": "unclear"}
        ids = [message_from_bytes(content)["Message-ID"] for content in server.contents]
        assert len(ids) == 3
        assert ids[0] == ids[2], "the second sending has the name of the first"


@pytest.mark.parametrize("stage", ["MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize("silence", [CUT, STALL])
def test_no_answer_before_the_content_is_certainly_not_sent(
    settings: Settings, stage: str, silence: str
) -> None:
    def silent(verb: str, line: str, mail: int) -> str:
        return silence if verb == stage and mail == 1 else accept(verb, line, mail)

    with ScriptedServer(silent) as server:
        impatient(settings, server.port)
        make_mail(key="newsletter", purpose="marketing")
        drain(owner="w1")
        assert states() == {"newsletter": "failed"}
        assert server.contents == []
        due_now()
        drain(owner="w1")
        assert states() == {"newsletter": "sent"}
        assert len(server.mails) == 1


def test_a_kept_connection_that_was_closed_meanwhile_costs_nothing(settings: Settings) -> None:
    def leaves_after_one(verb: str, line: str, mail: int) -> str:
        return "421 4.4.2 too idle" if verb == "MAIL" and mail == 2 else accept(verb, line, mail)

    with ScriptedServer(leaves_after_one) as server:
        settings.MAIL = smtp(server.port)
        make_mail(key="a")
        drain(owner="w1")
        make_mail(key="b")
        drain(owner="w1")
        assert list(Effect.objects.values_list("state", "attempts")) == [("sent", 1), ("sent", 1)]
        assert server.connections == 2


def test_transactional_goes_before_marketing() -> None:
    for number in range(3):
        make_mail(key=f"newsletter{number}", purpose="marketing")
    make_mail(key="confirmation")
    drain(owner="w1", limit=2)
    assert [envelope.key for envelope in memory.delivered] == ["confirmation", "newsletter0"]


def test_marketing_without_unsubscribe_is_refused() -> None:
    effect = make_mail(purpose="marketing")
    Effect.objects.filter(pk=effect.pk).update(payload=effect.payload | {"unsubscribe_url": ""})
    drain(owner="w1")
    effect.refresh_from_db()
    assert effect.state == "dead"
    assert "unsubscribe" in effect.last_error
    assert memory.delivered == []


def test_two_workers_send_each_mail_once() -> None:
    for number in range(60):
        make_mail(key=f"m{number}")

    def work(owner: str) -> None:
        try:
            while drain(owner=owner, limit=7):
                pass
        finally:
            transport.forget()
            connection.close()

    workers = [threading.Thread(target=work, args=(f"w{n}",)) for n in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(envelope.key for envelope in memory.delivered) == sorted(f"m{n}" for n in range(60))
    assert set(states().values()) == {"sent"}


def test_a_sleeper_does_not_send_what_another_took() -> None:
    make_mail(key="a")
    now = clock.now()
    sleeper = claim(owner="sleeper", limit=5, now=now, kinds=["email"])
    assert len(sleeper.effects) == 1
    assert free_abandoned(now=now + timedelta(minutes=10)) == 1
    other = claim(owner="other", limit=5, now=now + timedelta(minutes=10), kinds=["email"])
    assert len(other.effects) == 1
    ids = [effect.pk for effect in sleeper.effects]
    assert begin(sleeper, ids, now=now) == set()
    assert begin(other, ids, now=now + timedelta(minutes=10)) == set(ids)


def test_an_expired_lease_may_not_begin_even_when_nobody_took_over() -> None:
    make_mail()
    now = clock.now()
    held = claim(owner="w1", limit=5, now=now, kinds=["email"])
    assert begin(held, [held.effects[0].pk], now=now + timedelta(minutes=10)) == set()


def test_the_dead_hold_nothing_for_ever() -> None:
    make_mail(key="confirmation")
    make_mail(key="newsletter", purpose="marketing")
    make_mail(key="waiting")
    now = clock.now()
    held = claim(owner="dead", limit=5, now=now, kinds=["email"])
    begin(held, [e.pk for e in held.effects if e.key != "waiting"], now=now)
    Effect.objects.update(lease_until=F("lease_until") - timedelta(minutes=10))
    drain(owner="w2")
    drain(owner="w2")
    assert states() == {"confirmation": "sent", "newsletter": "unclear", "waiting": "sent"}


def test_cancelled_is_not_sent_and_its_key_stays_taken() -> None:
    effect = make_mail(key="a")
    cancel(effect_id=effect.pk, actor="staff:1", reason="asked by phone")
    drain(owner="w1")
    assert memory.delivered == []
    assert states() == {"a": "cancelled"}
    retry(effect_id=effect.pk, actor="staff:1")
    drain(owner="w1")
    assert states() == {"a": "sent"}
    with pytest.raises(StateError):
        cancel(effect_id=effect.pk, actor="staff:1")


def test_dead_ones_can_be_retried_together() -> None:
    make_mail(key="a")
    make_mail(key="b")
    Effect.objects.update(state="dead")
    assert retry_all(kind="email", actor="staff:1") == 2
    drain(owner="w1")
    assert set(states().values()) == {"sent"}


def test_asked_to_stop_it_lets_go() -> None:
    make_mail(key="a")
    drain(owner="w1", should_stop=lambda: True)
    effect = Effect.objects.get()
    assert (effect.state, effect.attempts, effect.lease_owner) == ("pending", 0, "")


def test_plain_handlers(monkeypatch: pytest.MonkeyPatch) -> None:
    def fussy(intent: Intent) -> Sent | None:
        if intent.payload["mood"] == "later":
            raise TemporaryError("come back")
        if intent.payload["mood"] == "never":
            raise PermanentError("no")
        if intent.payload["mood"] == "broken":
            raise ZeroDivisionError
        return Sent(provider_message_id="p1")

    monkeypatch.setitem(handlers, "call", OneByOne(fussy))
    from django.db import transaction

    from aftercart.kernel.outbox.enqueue import send

    with transaction.atomic():
        for mood in ("well", "later", "never", "broken"):
            send("call", {"mood": mood}, key=mood, purpose="transactional")
        send("call", {"mood": "broken"}, key="broken-ad", purpose="marketing")
    drain(owner="w1")
    assert states() == {
        "well": "sent",
        "later": "failed",
        "never": "dead",
        "broken": "failed",
        "broken-ad": "unclear",
    }
    assert Effect.objects.get(key="well").provider_message_id == "p1"


def test_a_kind_has_one_handler() -> None:
    with pytest.raises(TypeError):
        register("email", handlers["email"])


def test_a_hook_that_fails_does_not_unmake_what_was_sent(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(entries: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setitem(hooks, "email", [broken])
    make_mail(key="a")
    drain(owner="w1")
    assert states() == {"a": "sent"}
    assert "a hook on settled email effects failed" in caplog.text
