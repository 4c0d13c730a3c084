"""Text messages: only where the shopper gave a number and agreed, one per key, ever."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from aftercart.customers.models import Consent, Purpose
from aftercart.kernel import clock
from aftercart.kernel.outbox.enqueue import send
from aftercart.kernel.outbox.models import Effect
from aftercart.messaging.messages import Context, registry, speakable
from aftercart.messaging.models import HeardText, SandboxText, TextNumber, TextSender
from aftercart.messaging.numbers import normal_number, segments
from aftercart.messaging.ports import Text
from aftercart.messaging.switches import is_on
from aftercart.messaging.wording import has_text

TEXT = "text"


def send_text(
    *,
    kind: str,
    phone: str,
    language: str,
    context: Context,
    key: str,
    actor: str,
    country: str = "",
    channel_id: int | None = None,
    customer_id: int | None = None,
    subject: str = "",
    facts: Mapping[str, Any] | None = None,
    is_asked: bool = False,
) -> Effect | None:
    """Send a kind's text message in the caller's transaction; ``None`` when none is to be sent.

    That is: no provider is set up, the kind has no words for it or is switched off, the number takes no
    texts, its owner did not agree (or took it back), or ``key`` was used before. ``country`` reads a number
    without one. Consent is asked again when it leaves, between 08:00 and 21:00 where the number is.

    Raises:
        KeyError: when there is no such kind.
        ContextError: when a variable is missing or unknown.
    """
    declared = registry[kind]
    declared.check(context)
    number = normal_number(phone, country) if phone else ""
    if not number or not settings.TEXTS.provider or not has_text(declared):
        return None
    if customer_id is None or not agreed(customer_id):
        return None
    if not is_asked and not is_on(kind, "sms", channel_id):
        return None
    payload = {
        "message": kind,
        "number": number,
        "language": speakable(language),
        "context": dict(context),
        "facts": dict(facts or {}),
    }
    TextNumber.objects.bulk_create(
        [TextNumber(number=number, customer_id=customer_id, created_at=clock.now())], ignore_conflicts=True
    )
    return send(
        TEXT,
        payload,
        key=key,
        purpose=declared.purpose,
        channel_id=channel_id,
        customer_id=customer_id,
        subject=subject,
        actor=actor,
    )


def agreed(customer_id: int | None) -> bool:
    """Whether a customer's newest word on text messages is yes."""
    if customer_id is None:
        return False
    newest = (
        Consent.objects.filter(customer_id=customer_id, purpose=Purpose.SMS)
        .order_by("-stated_at", "-id")
        .values_list("is_granted", flat=True)
        .first()
    )
    return bool(newest)


@transaction.atomic
def keep_sandbox_text(*, text: Text) -> bool:
    """What the sandbox does instead of sending; whether it was the first with its key."""
    return SandboxText.objects.get_or_create(
        key=text.key,
        defaults={
            "sender": text.sender,
            "number": text.number,
            "body": text.body,
            "segments": segments(text.body).count,
            "channel_id": text.channel_id,
            "customer_id": text.customer_id,
            "taken_at": clock.now(),
        },
    )[1]


@transaction.atomic
def save_text_sender(*, channel_id: int, sender: str, actor: str) -> None:
    """Set the number or name texts of a channel (0: all) come from; empty takes it away."""
    if not sender:
        TextSender.objects.filter(channel_id=channel_id).delete()
        return
    TextSender.objects.update_or_create(
        channel_id=channel_id, defaults={"sender": sender[:40], "actor": actor, "changed_at": clock.now()}
    )


@transaction.atomic
def forget_sandbox_texts(*, customer_id: int, numbers: Collection[str]) -> int:
    """Forget texts to a person, for an erasure; how many there were."""
    rows = SandboxText.objects.filter(Q(customer_id=customer_id) | Q(number__in=numbers))
    return rows.delete()[0]


@transaction.atomic
def forget_replies(*, customer_id: int, numbers: Collection[str]) -> tuple[int, int]:
    """Forget a person's numbers and what was written from them, for an erasure; how many of each."""
    known = TextNumber.objects.filter(customer_id=customer_id)
    reached = {*numbers, *known.values_list("number", flat=True)}
    shared = TextNumber.objects.filter(number__in=reached).exclude(customer_id=customer_id)
    own = reached - set(shared.values_list("number", flat=True))
    heard = HeardText.objects.filter(number__in=own).delete()[0]
    return known.delete()[0], heard
