"""What a person does to the journal's deliveries: retry or set aside dead letters, replay a listener."""

from __future__ import annotations

import logging
from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import F

from aftercart.kernel import clock
from aftercart.kernel.journal import listening, progress, reading
from aftercart.kernel.journal.models import DeadLetter, Entry, Progress
from aftercart.kernel.journal.positions import Position

log = logging.getLogger(__name__)


def retry_letters(*, actor: str, ids: Collection[int] | None = None) -> int:
    """Let workers try open dead letters again at once: those with ``ids``, or all; returns how many."""
    letters = DeadLetter.objects.open()
    if ids is not None:
        letters = letters.filter(id__in=ids)
    count = letters.order_by().update(next_try_at=clock.now())
    log.info("%s dead letters: retry asked by %s", count, actor)
    return count


def set_letters_aside(*, actor: str, ids: Collection[int]) -> int:
    """Give up on open dead letters: their listener never hears those entries; returns how many."""
    letters = DeadLetter.objects.open().filter(id__in=ids).order_by()
    count = letters.update(resolved_at=clock.now(), next_try_at=None, resolution=f"set aside by {actor}"[:80])
    log.info("%s dead letters: set aside by %s", count, actor)
    return count


@transaction.atomic
def replay(*, listener: str, since: datetime, actor: str) -> int:
    """Let a listener hear again everything recorded at ``since`` or later; returns how many entries wait.

    Its handler is idempotent by contract; outside effects are held back by their outbox keys. Open dead
    letters of that time are closed, since the replay brings them again.

    Raises:
        LookupError: when no listener has the name.
    """
    if listener not in listening.registry:
        raise LookupError(f"no listener is named {listener}")
    progress.ensure_listeners()
    row = Progress.objects.select_for_update().get(listener=listener)
    start = _before(since)
    here = Position(row.xid, row.entry_id)
    if start is not None and start < here:
        Progress.objects.filter(pk=listener).update(
            xid=start.xid, entry_id=start.id, generation=F("generation") + 1, advanced_at=clock.now()
        )
        again = DeadLetter.objects.open().filter(listener=listener, entry__recorded_at__gte=since)
        again.order_by().update(resolved_at=clock.now(), next_try_at=None, resolution="replayed")
        here = start
    log.info("%s: replay from %s asked by %s", listener, since, actor)
    return reading.count_unheard(listening.registry[listener], after=here)


def _before(since: datetime) -> Position | None:
    """The place just before the first entry recorded at ``since`` or later; None when there is none."""
    first = (
        Entry.objects.filter(recorded_at__gte=since).order_by("xid", "id").values_list("xid", "id").first()
    )
    return Position(first[0], first[1] - 1) if first else None
