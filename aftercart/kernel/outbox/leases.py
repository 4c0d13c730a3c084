"""Holding effects: taking, marking as being sent, noting the end, freeing what the dead held.

Every change by a worker names its ``owner`` and ``fence``, a number that grows with each taking. A worker
that slept past its lease therefore changes nothing that another has taken since; as long as nobody has, its
late answer is still the best there is, and is noted.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import F, Value
from django.db.models.functions import Coalesce

from aftercart.kernel.outbox.models import HELD, Effect, EffectQuerySet
from aftercart.kernel.outbox.rules import MARKETING, TRANSACTIONAL, Verdict

LEASE = timedelta(minutes=4)
ANSWERABLE = (*HELD, "failed", "unclear")

_NOTE = """
    UPDATE outbox_effect
       SET state = %s, attempts = attempts + %s, next_try_at = COALESCE(%s, next_try_at), last_error = %s,
           sent_at = %s, provider_message_id = %s, reply = %s, lease_owner = '', lease_until = NULL
     WHERE id = %s
"""


@dataclass(frozen=True, kw_only=True)
class Claim:
    """What one worker took at once."""

    owner: str
    fence: int
    effects: tuple[Effect, ...]

    def rows(self, effect_ids: Iterable[int]) -> EffectQuerySet:
        """Those of its rows that nobody has taken or finished since."""
        return Effect.objects.filter(id__in=list(effect_ids), lease_owner=self.owner, fence=self.fence)


@dataclass(frozen=True, kw_only=True)
class Note:
    """How one attempt ended, ready to be written."""

    effect_id: int
    verdict: Verdict
    provider_message_id: str = ""
    reply: str = ""


def claim(*, owner: str, limit: int, now: datetime, kinds: Iterable[str]) -> Claim:
    """Take up to ``limit`` due effects of the kinds, transactional before marketing, and commit.

    Workers at the same time take different ones (``SKIP LOCKED``, or SQLite's single writer).
    """
    fence = time.time_ns()
    due = Effect.objects.due(now).filter(kind__in=list(kinds))
    if not due.exists():
        return Claim(owner=owner, fence=fence, effects=())
    taken: list[Effect] = []
    with transaction.atomic():
        for purpose in (TRANSACTIONAL, MARKETING):
            of_purpose = due.filter(purpose=purpose).select_for_update(skip_locked=True)
            taken += of_purpose[: limit - len(taken)]
        Effect.objects.filter(id__in=[effect.id for effect in taken]).update(
            state=Effect.State.LEASED,
            lease_owner=owner,
            lease_until=now + LEASE,
            fence=fence,
            first_tried_at=Coalesce(F("first_tried_at"), Value(now)),
        )
    for effect in taken:
        effect.first_tried_at = effect.first_tried_at or now
    return Claim(owner=owner, fence=fence, effects=tuple(taken))


def begin(held: Claim, effect_ids: Sequence[int], *, now: datetime) -> set[int]:
    """Commit that these are being sent now; the ids that still may be. The rest of the claim stays held."""
    with transaction.atomic():
        held.rows(e.id for e in held.effects).filter(state=Effect.State.LEASED, lease_until__gt=now).update(
            lease_until=now + LEASE
        )
        mine = held.rows(effect_ids).filter(state=Effect.State.LEASED, lease_until__gt=now)
        started = mine.update(state=Effect.State.SENDING)
        if started == len(effect_ids):
            return set(effect_ids)
        return set(held.rows(effect_ids).filter(state=Effect.State.SENDING).values_list("id", flat=True))


def answerable(held: Claim, effect_ids: Iterable[int]) -> set[int]:
    """The ids whose end this worker may still note. Locks them; call it in the transaction that notes."""
    rows = held.rows(effect_ids).filter(state__in=ANSWERABLE).select_for_update()
    return set(rows.values_list("id", flat=True))


def note(notes: Sequence[Note], *, now: datetime) -> None:
    """Write how attempts ended, and let go of them."""
    adapt = connection.ops.adapt_datetimefield_value
    rows = [
        (
            str(entry.verdict.state),
            int(entry.verdict.counts_attempt),
            adapt(entry.verdict.next_try_at),
            entry.verdict.error[:2000],
            adapt(now if entry.verdict.state == Effect.State.SENT else None),
            entry.provider_message_id[:250],
            entry.reply[:500],
            entry.effect_id,
        )
        for entry in notes
    ]
    with connection.cursor() as cursor:
        cursor.executemany(_NOTE, rows)


def free_abandoned(*, now: datetime) -> int:
    """Settle what dead or hanging workers held; how many that were.

    Only taken: waiting again. Being sent: transactional waits again (it is sent a second time in the worst
    case), marketing is ``unclear``. Owner and fence stay, so that a worker which hung may still answer.
    """
    if not Effect.objects.abandoned(now).exists():
        return 0
    with transaction.atomic():
        abandoned = Effect.objects.abandoned(now)
        untouched = abandoned.filter(state=Effect.State.LEASED).update(
            state=Effect.State.PENDING, lease_until=None, last_error="the worker stopped before sending"
        )
        begun = abandoned.filter(state=Effect.State.SENDING)
        error = "the worker stopped while sending: it may have been sent"
        again = begun.filter(purpose=TRANSACTIONAL).update(
            state=Effect.State.FAILED,
            lease_until=None,
            attempts=F("attempts") + 1,
            next_try_at=now,
            last_error=error,
        )
        unclear = begun.filter(purpose=MARKETING).update(
            state=Effect.State.UNCLEAR, lease_until=None, attempts=F("attempts") + 1, last_error=error
        )
    return untouched + again + unclear
