"""Asking for an outside effect: a row in the caller's transaction, once per key."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, connection, transaction

from aftercart.kernel import clock
from aftercart.kernel.outbox.models import Effect


@dataclass(frozen=True, kw_only=True)
class Request:
    """An effect asked for. ``subject`` names the thing it is about, ``"order:7"``."""

    kind: str
    payload: Mapping[str, Any]
    key: str
    purpose: str
    channel_id: int | None = None
    customer_id: int | None = None
    subject: str = ""
    actor: str = "system"
    not_before: datetime | None = None


def send(
    kind: str,
    payload: Mapping[str, Any],
    *,
    key: str,
    purpose: str,
    channel_id: int | None = None,
    customer_id: int | None = None,
    subject: str = "",
    actor: str = "system",
    not_before: datetime | None = None,
) -> Effect | None:
    """Ask for one effect, in the caller's transaction; ``None`` when ``key`` was asked for before.

    ``purpose`` is ``"transactional"`` or ``"marketing"``; ``payload`` is JSON for the handler of ``kind``.

    Raises:
        transaction.TransactionManagementError: outside of a transaction, where the effect could
            happen although its change did not.
        ValueError: when the purpose or the key is none.
    """
    request = Request(
        kind=kind,
        payload=payload,
        key=key,
        purpose=purpose,
        channel_id=channel_id,
        customer_id=customer_id,
        subject=subject,
        actor=actor,
        not_before=not_before,
    )
    effect = _effect(request, clock.now())
    _check_transaction()
    if Effect.objects.filter(key=key).exists():
        return None
    try:
        with transaction.atomic():
            effect.save(force_insert=True)
    except IntegrityError:
        if Effect.objects.filter(key=key).exists():
            return None
        raise
    return effect


def send_all(requests: Iterable[Request]) -> None:
    """Ask for many effects at once, in the caller's transaction; keys asked for before are left out."""
    _check_transaction()
    now = clock.now()
    effects = [_effect(request, now) for request in requests]
    Effect.objects.bulk_create(effects, batch_size=500, ignore_conflicts=True)


def _check_transaction() -> None:
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("send() belongs inside the transaction of its change")


def _effect(request: Request, now: datetime) -> Effect:
    if request.purpose not in Effect.Purpose.values:
        raise ValueError(f"purpose is {request.purpose!r}: write 'transactional' or 'marketing'")
    if not 0 < len(request.key) <= 200:
        raise ValueError("key must have 1 to 200 characters")
    return Effect(
        kind=request.kind,
        key=request.key,
        purpose=request.purpose,
        payload=dict(request.payload),
        channel_id=request.channel_id,
        customer_id=request.customer_id,
        subject=request.subject,
        actor=request.actor,
        created_at=now,
        next_try_at=request.not_before or now,
    )
