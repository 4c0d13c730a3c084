"""Sending messages, and the addresses they no longer go to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from aftercart.kernel import clock
from aftercart.kernel.outbox.enqueue import send
from aftercart.kernel.outbox.mail.email import Address, clean_line
from aftercart.kernel.outbox.models import Effect
from aftercart.messaging.messages import Context, registry, speakable
from aftercart.messaging.models import Suppression

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
) -> Effect | None:
    """Send a message in the caller's transaction; ``None`` when ``key`` was used before: one per key, ever.

    ``context`` is JSON with exactly the kind's variables. It is kept, and the mail is rendered from it when
    it leaves. ``subject`` names what it is about (``"order:7"``); ``channel_id`` decides the sender.

    Raises:
        KeyError: when there is no such kind.
        ContextError: when a variable is missing or unknown.
        ValueError: when marketing comes without ``unsubscribe_url``.
    """
    declared = registry[kind]
    declared.check(context)
    if declared.purpose == Effect.Purpose.MARKETING and not unsubscribe_url:
        raise ValueError(f"{kind} is marketing: it needs an unsubscribe_url")
    payload: dict[str, Any] = {
        "message": kind,
        "to": {"email": to.email, "name": to.name},
        "language": speakable(language),
        "context": dict(context),
        "unsubscribe_url": unsubscribe_url,
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


@transaction.atomic
def suppress(*, address: str, reason: str, actor: str, detail: str = "") -> Suppression:
    """Send nothing to an address any more; the first reason stays."""
    return Suppression.objects.get_or_create(
        address_key=address_key(address),
        defaults={"reason": reason, "detail": detail[:2000], "actor": actor, "created_at": clock.now()},
    )[0]


@transaction.atomic
def unsuppress(*, address: str, actor: str) -> bool:  # noqa: ARG001 - who did it is part of every action
    """Send to an address again; whether it was suppressed."""
    return Suppression.objects.filter(address_key=address_key(address)).delete()[0] > 0


@transaction.atomic
def forget_suppressions(*, addresses: Iterable[str]) -> int:
    """Forget that addresses were suppressed, for an erasure; how many were."""
    keys = [address_key(address) for address in addresses]
    return Suppression.objects.filter(address_key__in=keys).delete()[0]


def address_key(address: str) -> str:
    """The form under which an address is one mailbox."""
    return address.strip().casefold()
