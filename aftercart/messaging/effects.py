"""How messages leave: rendered when they do, from the context that was kept."""

from __future__ import annotations

from collections.abc import Sequence

from aftercart.kernel.journal.publish import Happening, publish_all
from aftercart.kernel.outbox.effects import Intent, Settled, settled
from aftercart.kernel.outbox.mail.email import Address, Email
from aftercart.kernel.outbox.mail.handler import Write, mails
from aftercart.kernel.outbox.rules import Outcome, Refused, Sent
from aftercart.messaging import text_effects  # noqa: F401 - registers how text messages leave
from aftercart.messaging.actions import EFFECT, TEXT, address_key, suppress
from aftercart.messaging.actions.editions import note_failure
from aftercart.messaging.actions.test import TEST
from aftercart.messaging.editions import in_force
from aftercart.messaging.events import MessageNotNeeded, MessageNotSent, MessageSent
from aftercart.messaging.letterhead import letterheads
from aftercart.messaging.messages import not_any_more, registry
from aftercart.messaging.models import Suppression
from aftercart.messaging.ports import ANSWERED_STOP
from aftercart.messaging.render import render


@mails(EFFECT)
def write_messages(intents: Sequence[Intent]) -> Write:
    """Looks up letterheads and suppressed addresses once; gives the function that writes each mail."""
    heads = letterheads(intent.channel_id for intent in intents)
    keys = {address_key(intent.payload["to"]["email"]) for intent in intents}
    edited = in_force({intent.payload["message"] for intent in intents})
    suppressed = dict(Suppression.objects.filter(address_key__in=keys).values_list("address_key", "reason"))

    def write(intent: Intent) -> Email | Outcome:
        payload = intent.payload
        to = Address(email=payload["to"]["email"], name=payload["to"]["name"])
        if reason := suppressed.get(address_key(to.email)):
            return Refused(reason=f"nothing is sent to this address any more: {reason}")
        head = heads.get(intent.channel_id) or heads[None]
        kind = registry[payload["message"]]
        if reason := not_any_more(kind, payload):
            return Refused(reason=reason, is_stale=True)
        versions = edited.of(kind.name, intent.channel_id, payload["language"])
        unsubscribe_url = payload.get("unsubscribe_url", "")
        rendered = render(
            kind,
            payload["language"],
            payload["context"],
            head,
            unsubscribe_url=unsubscribe_url,
            versions=versions,
        )
        if rendered.failure:
            note_failure(versions=versions, failure=rendered.failure)
        return Email(
            sender=head.sender,
            to=to,
            reply_to=head.reply_to,
            subject=rendered.subject,
            html=rendered.html,
            text=rendered.text,
            is_automatic=kind.is_automatic,
            unsubscribe_url=unsubscribe_url,
            headers={"Content-Language": payload["language"]},
        )

    return write


@settled(TEXT)
@settled(EFFECT)
def tell(entries: Sequence[Settled]) -> None:
    """The journal hears what was sent and what was given up; addresses that do not exist are suppressed."""
    happenings = []
    for entry in entries:
        if entry.state == "sent":
            happenings.append(_sent(entry.intent))
        elif entry.state == "dead":
            happenings.append(_not_sent(entry))
        elif entry.state == "stale":
            happenings.append(_not_needed(entry))
        if isinstance(entry.outcome, Refused) and entry.outcome.is_bad_address:
            payload = entry.intent.payload
            suppress(
                address=payload["number"] if "number" in payload else payload["to"]["email"],
                reason=_why_suppressed(entry.outcome.reason),
                detail=entry.outcome.reason,
                actor="system",
            )
    publish_all(happenings)


def _why_suppressed(reason: str) -> str:
    stopped = reason.startswith(ANSWERED_STOP)
    return Suppression.Reason.STOPPED if stopped else Suppression.Reason.BOUNCE


def _sent(intent: Intent) -> Happening:
    event = MessageSent(
        effect_id=intent.effect_id,
        kind=intent.payload["message"],
        customer_id=intent.customer_id,
        channel_id=intent.channel_id,
        about=intent.subject,
        medium=_medium(intent),
    )
    return Happening(event=event, dedupe_key=f"message-sent:{intent.effect_id}")


def _not_sent(entry: Settled) -> Happening:
    intent = entry.intent
    reason = entry.outcome.reason if not isinstance(entry.outcome, Sent) else ""
    event = MessageNotSent(
        effect_id=intent.effect_id,
        kind=intent.payload["message"],
        customer_id=intent.customer_id,
        channel_id=intent.channel_id,
        about=intent.subject,
        reason=reason,
        is_bad_address=isinstance(entry.outcome, Refused) and entry.outcome.is_bad_address,
        medium=_medium(intent),
    )
    return Happening(event=event, dedupe_key=f"message-not-sent:{intent.effect_id}:{intent.attempt}")


def _not_needed(entry: Settled) -> Happening:
    intent = entry.intent
    event = MessageNotNeeded(
        effect_id=intent.effect_id,
        kind=intent.payload["message"],
        customer_id=intent.customer_id,
        channel_id=intent.channel_id,
        about=intent.subject,
        reason=entry.outcome.reason if isinstance(entry.outcome, Refused) else "",
        medium=_medium(intent),
    )
    return Happening(event=event, dedupe_key=f"message-not-needed:{intent.effect_id}")


def _medium(intent: Intent) -> str:
    return "sms" if intent.kind == TEXT else "email"


@mails(TEST)
def write_tests(intents: Sequence[Intent]) -> Write:  # noqa: ARG001 - tests have nothing in common
    """Tests are kept as they were shown."""

    def write(intent: Intent) -> Email | Outcome:
        payload = intent.payload
        return Email(
            sender=Address(**payload["from"]),
            to=Address(**payload["to"]),
            reply_to=None,
            subject=payload["subject"],
            html=payload["html"],
            text=payload["text"],
            is_automatic=True,
            unsubscribe_url="",
            headers={},
        )

    return write
