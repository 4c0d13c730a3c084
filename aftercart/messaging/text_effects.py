"""How text messages leave: in daytime where the number is, to those who still agree, once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from aftercart.kernel import clock
from aftercart.kernel.outbox.effects import Intent, register
from aftercart.kernel.outbox.rules import Outcome, Refused, Released
from aftercart.messaging.actions import TEXT, agreed
from aftercart.messaging.actions.editions import note_failure
from aftercart.messaging.editions import InForce, in_force
from aftercart.messaging.letterhead import Letterhead, letterheads
from aftercart.messaging.messages import not_any_more, registry
from aftercart.messaging.models import Suppression, TextSender
from aftercart.messaging.numbers import quiet_until
from aftercart.messaging.ports import Text
from aftercart.messaging.providers import current
from aftercart.messaging.render import render_sms


class TextHandler:
    """Sends one text at a time: each costs money, so at most one is in doubt after a crash."""

    window = 1

    def rests(self) -> timedelta:
        """Providers queue themselves."""
        return timedelta(0)

    def prepare(self, intents: Sequence[Intent]) -> Sequence[object]:
        """The texts, or why one does not leave (now)."""
        heads = letterheads(intent.channel_id for intent in intents)
        edited = in_force({intent.payload["message"] for intent in intents})
        senders = dict(TextSender.objects.values_list("channel_id", "sender"))
        numbers = {intent.payload["number"] for intent in intents}
        stopped = dict(
            Suppression.objects.filter(address_key__in=numbers).values_list("address_key", "reason")
        )
        return [
            _held_back(intent, stopped)
            or _text(
                intent,
                head=heads.get(intent.channel_id) or heads[None],
                edited=edited,
                sender=senders.get(intent.channel_id or 0) or senders.get(0, ""),
            )
            for intent in intents
        ]

    def deliver(self, items: Sequence[Text], *, deadline: float) -> Sequence[Outcome]:
        """Hand over; texts that wait for a provider nobody set up are refused."""
        provider = current()
        if provider is None:
            return [Refused(reason="no provider of text messages is set up") for _ in items]
        return [provider.send(item) for item in items]


register(TEXT, TextHandler())


def _held_back(intent: Intent, stopped: dict[str, str]) -> Outcome | None:
    number = intent.payload["number"]
    if reason := stopped.get(number):
        return Refused(reason=f"nothing is sent to this number any more: {reason}")
    if not agreed(intent.customer_id):
        return Refused(reason="the shopper does not agree to text messages any more")
    if reason := not_any_more(registry[intent.payload["message"]], intent.payload):
        return Refused(reason=reason, is_stale=True)
    if pause := quiet_until(number, clock.now()):
        return Released(reason="it is night where the number is", after=pause)
    return None


def _text(intent: Intent, *, head: Letterhead, edited: InForce, sender: str) -> Text | Outcome:
    payload = intent.payload
    kind = registry[payload["message"]]
    versions = edited.of(kind.name, intent.channel_id, payload["language"])
    body, failure = render_sms(kind, payload["language"], payload["context"], head, versions=versions)
    if failure:
        note_failure(versions=versions, failure=failure)
    if not body:
        return Refused(reason="this message has no words for a text")
    return Text(
        effect_id=intent.effect_id,
        key=intent.key,
        number=payload["number"],
        sender=sender,
        body=body,
        channel_id=intent.channel_id,
        customer_id=intent.customer_id,
        attempt=intent.attempt,
        first_tried_at=intent.created_at,
    )
