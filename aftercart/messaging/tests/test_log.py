"""The log of messages on the desk: in words, by role, as it was worded then; sending again, once."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from aftercart.customers.models import Customer
from aftercart.customers.testing import make_customer
from aftercart.kernel import clock
from aftercart.kernel.outbox.mail.email import Address
from aftercart.kernel.outbox.models import Effect
from aftercart.messaging.actions import send_message, suppress
from aftercart.messaging.actions.again import NotAgainError, send_again
from aftercart.messaging.actions.editions import save_edition
from aftercart.messaging.log import masked
from aftercart.messaging.messages import registry
from aftercart.messaging.models import Suppression, TextReport
from aftercart.messaging.testing import deliver_messages
from aftercart.messaging.tests.test_texts import NOON, ask, consent
from aftercart.stores.models import Role
from aftercart.stores.testing import make_channel, make_member, make_outsider

pytestmark = pytest.mark.django_db


def signed_in(role: str, name: str) -> Client:
    client = Client()
    client.force_login(make_member(name, role).user)
    return client


@pytest.fixture
def sam() -> Customer:
    return make_customer()


def write(sam: Customer, key: str = "m1", kind: str = "parcel_sent", **more: Any) -> Effect:
    effect = send_message(
        kind=kind,
        to=Address(email="sam@x.example", name="Sam"),
        language="en",
        context=registry[kind].sample("en"),
        key=key,
        actor="test",
        customer_id=sam.pk,
        subject="order:7",
        **more,
    )
    assert effect is not None
    return effect


def page(client: Client, sam: Customer) -> str:
    return client.get(f"/desk/customers/{sam.pk}/").content.decode()


def test_it_tells_in_words_what_became_of_each(sam: Customer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOON)
    consent(sam.pk, yes=True)
    text = ask(sam.pk)
    assert text is not None
    states = {
        "sent": "",
        "dead": "550 sam@x.example is unknown",
        "stale": "no longer true: it was paid since",
    }
    for state, why in states.items():
        Effect.objects.filter(pk=write(sam, key=state).pk).update(state=state, last_error=why)
    Effect.objects.filter(pk=text.pk).update(state="sent", sent_at=NOON)
    TextReport.objects.create(sid="SM1", effect_id=text.pk, status="delivered", reported_at=NOON)
    shown = page(signed_in(Role.AGENT, "Ann"), sam)
    for words in ("Sent", "Given up", "Not needed any more", "It was paid since", "Delivered"):
        assert words in shown
    assert "E-mail to sam@x.example. 550 sam@x.example is unknown" in shown
    assert "no longer true" not in shown
    seen = page(signed_in(Role.VIEWER, "Vera"), sam)
    assert "E-mail to s•••@x.example. 550 s•••@x.example is unknown" in seen
    assert "/desk/messages/sent/" not in seen


def test_the_queries_do_not_grow_with_the_messages(sam: Customer) -> None:
    client = signed_in(Role.AGENT, "Ann")
    write(sam)
    page(client, sam)
    with CaptureQueriesContext(connection) as few:
        page(client, sam)
    for number in range(15):
        write(sam, key=f"more-{number}")
    with CaptureQueriesContext(connection) as many:
        page(client, sam)
    assert len(few) == len(many)


def test_it_reads_as_it_was_worded_then(sam: Customer) -> None:
    effect = write(sam)
    (mail,) = deliver_messages()
    save_edition(
        kind="parcel_sent",
        channel_id=0,
        language="en",
        content={"words": {"mail_subject": "Quite another subject"}},
        shipped={},
        seen_number=0,
        actor="test",
    )
    client = signed_in(Role.AGENT, "Ann")
    shown = client.get(f"/desk/messages/sent/{effect.pk}/")
    assert shown.status_code == 200
    assert mail["Subject"] in shown.content.decode()
    assert "Quite another" not in shown.content.decode()
    frame = client.get(f"/desk/messages/sent/{effect.pk}/frame/")
    assert "sandbox" in frame["Content-Security-Policy"]
    assert frame["X-Frame-Options"] == "SAMEORIGIN"
    later = write(sam, key="m2")
    deliver_messages()
    assert "Quite another subject" in client.get(f"/desk/messages/sent/{later.pk}/").content.decode()


def test_it_is_sent_again_once_per_form_and_only_to_the_same_address(sam: Customer) -> None:
    effect = write(sam)
    client = signed_in(Role.AGENT, "Ann")
    door = f"/desk/messages/sent/{effect.pk}/again/"
    client.post(door, {"key": "a"})
    assert Effect.objects.count() == 1, "it is still on its way"
    deliver_messages()
    for key in ("a", "a", "b"):
        assert client.post(door, {"key": key, "to": "eve@x.example"}).status_code == 302
    mails = deliver_messages()
    assert [mail["To"] for mail in mails] == ["Sam <sam@x.example>"] * 2
    assert "Sent again on request" in page(client, sam)
    for number in range(6):
        client.post(door, {"key": f"k{number}"})
    assert Effect.objects.count() <= 6, "five in an hour"


def test_what_cannot_be_sent_again_says_why(sam: Customer) -> None:
    code = write(sam, key="code", kind="lookup_code")
    effect = write(sam, key="m")
    deliver_messages()
    shown = signed_in(Role.AGENT, "Ann").get(f"/desk/messages/sent/{code.pk}/").content.decode()
    assert registry["lookup_code"].sample("en")["code"] not in shown
    with pytest.raises(NotAgainError, match="code"):
        send_again(effect_id=code.pk, key="x", actor="test")
    suppress(address="sam@x.example", reason=Suppression.Reason.COMPLAINT, actor="test")
    with pytest.raises(NotAgainError, match="reported as spam"):
        send_again(effect_id=effect.pk, key="x", actor="test")
    Effect.objects.update(payload={})
    with pytest.raises(NotAgainError, match="not here any more"):
        send_again(effect_id=effect.pk, key="x", actor="test")
    assert signed_in(Role.OWNER, "Ada").get(f"/desk/messages/sent/{effect.pk}/").status_code == 200


@pytest.mark.parametrize("role", [Role.VIEWER, Role.WAREHOUSE, Role.MARKETER, None])
def test_who_may_not_send_reads_no_words(sam: Customer, role: str | None) -> None:
    effect = write(sam)
    deliver_messages()
    client = Client()
    client.force_login(make_member("Vera", role).user if role else make_outsider())
    for door in ("", "frame/"):
        assert client.get(f"/desk/messages/sent/{effect.pk}/{door}").status_code == 404
    assert client.post(f"/desk/messages/sent/{effect.pk}/again/", {"key": "a"}).status_code == 404
    assert Effect.objects.count() == 1


def test_a_member_of_one_channel_opens_no_other(sam: Customer) -> None:
    effect = write(sam, channel_id=make_channel("theirs").pk)
    ben = make_member("Ben")
    ben.channels.add(make_channel("ours"))
    client = Client()
    client.force_login(ben.user)
    assert client.get(f"/desk/messages/sent/{effect.pk}/").status_code == 404
    assert client.post(f"/desk/messages/sent/{effect.pk}/again/", {"key": "a"}).status_code == 404


def test_other_effects_are_no_messages() -> None:
    other = Effect.objects.create(
        kind="email", key="x", purpose="transactional", next_try_at=clock.now(), created_at=clock.now()
    )
    assert signed_in(Role.OWNER, "Ada").get(f"/desk/messages/sent/{other.pk}/").status_code == 404


def test_masks() -> None:
    assert masked("sam@x.example") == "s•••@x.example"
    assert masked("+4915123456789") == "+49•••89"
    assert masked("123") == masked("") == ""
