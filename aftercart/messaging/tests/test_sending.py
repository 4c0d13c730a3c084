"""From an action to a mail: once per key, rendered when it leaves, told to the journal."""

from __future__ import annotations

from typing import Any

import pytest
from pytest_django.fixtures import Settings

from aftercart.kernel.journal.testing import published
from aftercart.kernel.outbox.drain import drain
from aftercart.kernel.outbox.mail.email import Address
from aftercart.kernel.outbox.models import Effect
from aftercart.kernel.outbox.testing import ScriptedServer, accept, smtp
from aftercart.messaging import messages
from aftercart.messaging.actions import recipient, send_message, suppress, unsuppress
from aftercart.messaging.messages import ContextError, MessageKind, registry
from aftercart.messaging.models import Suppression
from aftercart.messaging.testing import deliver_messages, part
from aftercart.stores.testing import make_channel, make_merchant

pytestmark = pytest.mark.django_db

SAM = Address(email="Sam@shopper.example", name="Sam Shopper")


def ask(key: str = "question-received:1", **changes: Any) -> Effect | None:
    values: dict[str, Any] = {
        "kind": "question_received",
        "to": SAM,
        "language": "pl-PL",
        "context": registry["question_received"].sample("pl"),
        "key": key,
        "subject": "ticket:1",
        "customer_id": 17,
        "actor": "system",
    }
    return send_message(**{**values, **changes})


def test_a_message_leaves_once_per_key() -> None:
    make_merchant()
    channel = make_channel(sender_name="Mira Polska", support_email="pomoc@mira.example")
    assert ask(channel_id=channel.pk) is not None
    assert ask(channel_id=channel.pk) is None
    (mail,) = deliver_messages()
    assert mail["subject"] == "Mamy Twoje pytanie o zamówienie MH-10482"
    assert str(mail["from"]) == "Mira Polska <shop@mira.example>"
    assert str(mail["to"]) == "Sam Shopper <Sam@shopper.example>"
    assert mail["reply-to"].addresses[0].addr_spec == "pomoc@mira.example"
    assert mail["auto-submitted"] == "auto-generated"
    assert mail["content-language"] == "pl"
    assert "Dzień dobry" in part(mail, "plain")
    assert "Zobacz zamówienie" in part(mail, "html")
    assert published("MessageSent") == [
        {
            "effect_id": Effect.objects.get().pk,
            "kind": "question_received",
            "customer_id": 17,
            "channel_id": channel.pk,
            "about": "ticket:1",
            "medium": "email",
        }
    ]


def test_what_a_person_wrote_is_not_marked_automatic() -> None:
    ask(kind="question_answered", context=registry["question_answered"].sample("pl"))
    (mail,) = deliver_messages()
    assert mail["auto-submitted"] is None


def test_a_wrong_context_is_refused_where_it_is_made() -> None:
    with pytest.raises(ContextError):
        ask(context={"name": "Sam"})
    with pytest.raises(KeyError):
        ask(kind="no_such_kind")
    assert not Effect.objects.exists()


def test_marketing_needs_a_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    known = registry["question_received"]
    marketing = MessageKind(**{**vars(known), "purpose": "marketing"})
    monkeypatch.setitem(messages.registry, "question_received", marketing)
    with pytest.raises(ValueError, match="unsubscribe_url"):
        ask()
    ask(unsubscribe_url="https://shop.example/u/1")
    (mail,) = deliver_messages()
    assert mail["list-unsubscribe"] == "<https://shop.example/u/1>"
    assert mail["list-unsubscribe-post"] == "List-Unsubscribe=One-Click"
    assert "Wypisz się" in part(mail, "html")
    assert "https://shop.example/u/1" in part(mail, "plain")


def test_a_suppressed_address_gets_nothing() -> None:
    suppress(address=" SAM@shopper.example", reason="manual", actor="staff:1")
    ask()
    assert deliver_messages() == []
    assert Effect.objects.get().state == "dead"
    assert published("MessageNotSent")[0]["about"] == "ticket:1"
    assert unsuppress(address="sam@shopper.example", actor="staff:1")
    ask(key="another")
    assert len(deliver_messages()) == 1


@pytest.mark.parametrize(
    ("answer", "is_suppressed"), [("550 5.1.1 no such user", True), ("550 5.7.1 spam", False)]
)
def test_a_mailbox_that_does_not_exist_is_suppressed(
    settings: Settings,
    answer: str,
    is_suppressed: bool,  # noqa: FBT001
) -> None:
    def picky(verb: str, line: str, mail: int) -> str:
        return answer if verb == "RCPT" else accept(verb, line, mail)

    with ScriptedServer(picky) as server:
        settings.MAIL = smtp(server.port)
        ask()
        drain(owner="w1")
    assert (
        Suppression.objects.filter(address_key="sam@shopper.example", reason="bounce").exists()
        is is_suppressed
    )
    (told,) = published("MessageNotSent")
    assert told["is_bad_address"] is is_suppressed
    assert answer in str(told["reason"])


def test_a_hostile_name_becomes_one_harmless_line() -> None:
    to = recipient("eve@shopper.example", "Eve\r\nBcc: all@victims.example\u202e")
    assert to is not None
    ask(to=to)
    (mail,) = deliver_messages()
    assert mail["bcc"] is None
    assert mail["to"].addresses[0].display_name == "Eve Bcc: all@victims.example"
    assert len(mail["to"].addresses) == 1


@pytest.mark.parametrize(
    "nonsense", ["", "eve", "eve@a.example\r\nBcc: x@y.example", "a@b.example,c@d.example"]
)
def test_what_is_no_address_gets_nothing(nonsense: str) -> None:
    assert recipient(nonsense, "Eve") is None
