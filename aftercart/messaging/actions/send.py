"""Sending messages: one per key, ever."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aftercart.kernel.outbox.enqueue import send
from aftercart.kernel.outbox.mail.email import Address, clean_line
from aftercart.kernel.outbox.models import Effect
from aftercart.messaging.messages import Context, registry, speakable
from aftercart.messaging.switches import is_on

EFFECT = "message"


def send_message(
    *,
    kind: str,
    to: Address,
    language: str,
    context: Context,
    key: str,
    actor: str,
    channel_id: int | None = None,
    customer_id: int | None = None,
    subject: str = "",
    unsubscribe_url: str = "",
    facts: Mapping[str, Any] | None = None,
    is_asked: bool = False,
) -> Effect | None:
    """Send a message in the caller's transaction; ``None`` when ``key`` was used before: one per key, ever.

    ``context`` is JSON with exactly the kind's variables. It is kept, and the mail is rendered from it when
    it leaves. ``subject`` names what it is about (``"order:7"``); ``channel_id`` decides the sender.
    ``facts`` are given to the kind's ``stale`` when it leaves. A kind the merchant switched off is not sent
    (``None``), unless a person asks for it (``is_asked``).

    Raises:
        KeyError: when there is no such kind.
        ContextError: when a variable is missing or unknown.
        ValueError: when marketing comes without ``unsubscribe_url``.
    """
    declared = registry[kind]
    declared.check(context)
    if declared.purpose == Effect.Purpose.MARKETING and not unsubscribe_url:
        raise ValueError(f"{kind} is marketing: it needs an unsubscribe_url")
    if not is_asked and not is_on(kind, "email", channel_id):
        return None
    payload: dict[str, Any] = {
        "message": kind,
        "to": {"email": to.email, "name": to.name},
        "language": speakable(language),
        "context": dict(context),
        "unsubscribe_url": unsubscribe_url,
        "facts": dict(facts or {}),
    }
    return send(
        EFFECT,
        payload,
        key=key,
        purpose=declared.purpose,
        channel_id=channel_id,
        customer_id=customer_id,
        subject=subject,
        actor=actor,
    )


def recipient(email: str, name: str = "") -> Address | None:
    """A customer's mailbox as they gave it, the name made one clean line; ``None`` when it is no address."""
    try:
        return Address(email=email.strip(), name=clean_line(name)[:100])
    except ValueError:
        return None
