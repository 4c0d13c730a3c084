"""Sending a message once more because a colleague asks: the same words' facts, to the same address only."""

from __future__ import annotations

from django.db import transaction

from aftercart.kernel.outbox.mail.email import Address
from aftercart.kernel.outbox.models import Effect
from aftercart.messaging.actions.send import EFFECT, send_message
from aftercart.messaging.actions.suppress import address_key
from aftercart.messaging.actions.text import TEXT, agreed, send_text
from aftercart.messaging.messages import ContextError, registry
from aftercart.messaging.models import Suppression

UNDER_WAY = {Effect.State.PENDING, Effect.State.LEASED, Effect.State.SENDING, Effect.State.FAILED}
AGAIN = "again"


class NotAgainError(Exception):
    """The message cannot be sent again. The message says why."""


def obstacle(effect: Effect) -> str:
    """Why a message cannot be sent again, in a sentence; empty when it can."""
    payload = effect.payload
    kind = registry.get(payload.get("message", ""))
    if effect.kind not in {EFFECT, TEXT} or kind is None:
        return "Its content is not here any more."
    if kind.is_secret:
        return "It holds a code that was good for minutes."
    if effect.purpose == Effect.Purpose.MARKETING:
        return "Advertisements are not sent again."
    try:
        kind.check(payload["context"])
    except ContextError:
        return "This message has changed since; it can only be written anew."
    return _not_now(effect)


def _not_now(effect: Effect) -> str:
    if effect.state in UNDER_WAY:
        return "It is still on its way."
    payload = effect.payload
    address = address_key(payload["number"] if effect.kind == TEXT else payload["to"]["email"])
    if known := Suppression.objects.filter(address_key=address).first():
        return f"Nothing is sent to this address any more: {known.get_reason_display().lower()}."
    if effect.kind == TEXT and not agreed(effect.customer_id):
        return "The shopper does not agree to text messages any more."
    return ""


@transaction.atomic
def send_again(*, effect_id: int, key: str, actor: str) -> bool:
    """Send a message once more; the same ``key`` (at most 40 characters) does it once. Whether it was new.

    It is a message of its own, marked by its key and its actor. It leaves even when its kind was switched
    off or its news is old, since a person asks; not to an address that gets nothing any more.

    Raises:
        NotAgainError: saying why not.
        Effect.DoesNotExist: when there is none.
    """
    effect = Effect.objects.select_for_update().get(pk=effect_id)
    if why := obstacle(effect):
        raise NotAgainError(why)
    payload = effect.payload
    new_key = f"{AGAIN}:{effect.pk}:{key[:40]}"
    if effect.kind == TEXT:
        sent = send_text(
            kind=payload["message"],
            phone=payload["number"],
            language=payload["language"],
            context=payload["context"],
            key=new_key,
            actor=actor,
            channel_id=effect.channel_id,
            customer_id=effect.customer_id,
            subject=effect.subject,
            is_asked=True,
        )
    else:
        sent = send_message(
            kind=payload["message"],
            to=Address(**payload["to"]),
            language=payload["language"],
            context=payload["context"],
            key=new_key,
            actor=actor,
            channel_id=effect.channel_id,
            customer_id=effect.customer_id,
            subject=effect.subject,
            is_asked=True,
        )
    return sent is not None
