"""Writing to the journal: in the caller's transaction, once per dedupe key."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from aftercart.kernel import clock
from aftercart.kernel.journal.events import Event
from aftercart.kernel.journal.models import Entry


@dataclass(frozen=True, kw_only=True)
class Happening:
    """An event with its circumstances, ready to be written.

    ``actor`` says who did it: ``"staff:3"``, ``"shopper:17"``, ``"token:5"``, ``"system"``.
    ``is_history`` marks what happened before it was told to us (imports): listeners with outside
    effects do not hear it.
    """

    event: Event
    actor: str = "system"
    occurred_at: datetime | None = None
    dedupe_key: str | None = None
    source: str = "app"
    is_history: bool = False
    anonymous_id: str = ""


def publish(
    event: Event,
    *,
    actor: str = "system",
    occurred_at: datetime | None = None,
    dedupe_key: str | None = None,
    source: str = "app",
    is_history: bool = False,
    anonymous_id: str = "",
) -> None:
    """Write one event in the caller's transaction.

    A second event with the same ``dedupe_key`` (at most 160 characters) is left out silently.

    Raises:
        transaction.TransactionManagementError: outside of a transaction, where the event could
            outlive the change it tells of.
    """
    publish_all(
        [
            Happening(
                event=event,
                actor=actor,
                occurred_at=occurred_at,
                dedupe_key=dedupe_key,
                source=source,
                is_history=is_history,
                anonymous_id=anonymous_id,
            )
        ]
    )


def publish_all(happenings: Iterable[Happening]) -> None:
    """Write many events in the caller's transaction, in the order given; see :func:`publish`."""
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("publish() belongs inside the transaction of its change")
    recorded_at = clock.now()
    entries = [_entry(happening, recorded_at) for happening in happenings]
    Entry.objects.bulk_create(entries, batch_size=500, ignore_conflicts=any(e.dedupe_key for e in entries))


def _entry(happening: Happening, recorded_at: datetime) -> Entry:
    facts: dict[str, Any] = happening.event.facts()
    return Entry(
        name=happening.event.name,
        subject=happening.event.subject,
        customer_id=facts.get("customer_id"),
        channel_id=facts.get("channel_id"),
        anonymous_id=happening.anonymous_id,
        actor=happening.actor,
        source=happening.source,
        is_history=happening.is_history,
        facts=facts,
        occurred_at=happening.occurred_at or recorded_at,
        recorded_at=recorded_at,
        dedupe_key=happening.dedupe_key,
    )
