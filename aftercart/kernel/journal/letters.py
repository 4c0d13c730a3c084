"""Dead letters: entries a listener could not take, tried again apart from its stream."""

from __future__ import annotations

import logging
import random
import traceback
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count

from aftercart.kernel import clock
from aftercart.kernel.journal import listening, progress, reading
from aftercart.kernel.journal.models import DeadLetter
from aftercart.kernel.work.backoff import retry_delay

log = logging.getLogger(__name__)
TRIES = 8  # then it waits for a person; about two hours after the first failure
FIRST_RETRY = timedelta(minutes=1)


def write(*, listener: str, entry_id: int, error: BaseException) -> None:
    """Keep an entry that a listener failed to take, or note that it failed once more."""
    now = clock.now()
    letter, is_new = DeadLetter.objects.get_or_create(
        listener=listener,
        entry_id=entry_id,
        defaults={
            "first_failed_at": now,
            "last_failed_at": now,
            "next_try_at": _next_try(1, now),
            **_described(error),
        },
    )
    if not is_new:
        _note_failure(letter, error, now)


def retry_due(*, now: datetime, should_stop: Callable[[], bool], limit: int = 50) -> int:
    """Try letters whose time has come, each in its own transaction; returns how many were tried."""
    due = DeadLetter.objects.due(now).filter(listener__in=list(listening.registry))
    ids = list(due.values_list("id", "listener")[:limit])
    return sum(_retry(letter_id, name, now) for letter_id, name in ids if not should_stop())


def open_by_listener() -> dict[str, int]:
    """How many letters wait per listener; listeners without any are left out."""
    counted = DeadLetter.objects.open().order_by().values_list("listener").annotate(letters=Count("id"))
    return dict(counted)


def _retry(letter_id: int, listener: str, now: datetime) -> int:
    with transaction.atomic():
        # The listener's own lock: it never runs twice at a time, whatever the reason.
        if progress.lock(listener) is None:
            return 0
        letter = DeadLetter.objects.select_for_update(skip_locked=True).due(now).filter(id=letter_id).first()
        if letter is None:
            return 0
        try:
            with transaction.atomic():
                listening.registry[listener].handle(reading.decode([reading.read_one(letter.entry_id)]))
        except Exception as error:
            log.warning("%s could still not take entry %s", listener, letter.entry_id, exc_info=error)
            _note_failure(letter, error, now)
        else:
            DeadLetter.objects.filter(id=letter_id).update(
                resolved_at=now, resolution="heard", next_try_at=None
            )
    return 1


def _note_failure(letter: DeadLetter, error: BaseException, now: datetime) -> None:
    attempts = letter.attempts + 1
    DeadLetter.objects.filter(id=letter.pk).update(
        attempts=attempts,
        last_failed_at=now,
        next_try_at=_next_try(attempts, now),
        resolved_at=None,
        resolution="",
        **_described(error),
    )


def _next_try(attempts: int, now: datetime) -> datetime | None:
    if attempts >= TRIES:
        return None
    return now + retry_delay(attempts, jitter=random.random(), base=FIRST_RETRY)  # noqa: S311 - jitter


def _described(error: BaseException) -> dict[str, str]:
    return {
        "error": f"{type(error).__name__}: {error}"[:500],
        "traceback": "".join(traceback.format_exception(error))[-4000:],
    }
