"""Leases on jobs: who may run one, until when, and the fence that keeps everybody else from writing.

PostgreSQL hands rows out with ``FOR UPDATE SKIP LOCKED``; on SQLite every transaction is IMMEDIATE, so
the whole database is the lock.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F

from aftercart.kernel.work import in_hand
from aftercart.kernel.work.backoff import retry_delay
from aftercart.kernel.work.models import Job

LENGTH = timedelta(seconds=30)


class LeaseLost(Exception):
    """Another worker holds the job now: whatever this one did must not be written."""


@dataclass(frozen=True, kw_only=True)
class Lease:
    """The right to run one job, good while the row still carries ``fence``."""

    job_id: int
    name: str
    payload: Mapping[str, Any]
    fence: int
    attempt: int
    max_attempts: int


def claim(*, worker: str, names: Collection[str], now: datetime) -> Lease | None:
    """Take the most urgent due job among ``names``; None when there is none to be had."""
    due = Job.objects.due(now).filter(name__in=names)
    if not due.exists():
        return None
    with transaction.atomic():
        job = due.select_for_update(skip_locked=True).first()
        if job is None:
            return None
        job.state, job.leased_by, job.leased_until = Job.State.RUNNING, worker, now + LENGTH
        job.attempts, job.fence = job.attempts + 1, job.fence + 1
        job.started_at = now
        job.save(
            update_fields=["state", "leased_by", "leased_until", "attempts", "fence", "started_at"],
        )
    return Lease(
        job_id=job.pk,
        name=job.name,
        payload=job.payload,
        fence=job.fence,
        attempt=job.attempts,
        max_attempts=job.max_attempts,
    )


def hold(lease: Lease) -> None:
    """Lock the job's row for the rest of the transaction; nobody can take the lease meanwhile.

    Raises:
        LeaseLost: when somebody already has.
    """
    held = Job.objects.held(job_id=lease.job_id, fence=lease.fence)
    if held.select_for_update().values_list("id", flat=True).first() is None:
        raise LeaseLost(f"{lease.name} #{lease.job_id}")


def prolong(lease: Lease, *, now: datetime) -> None:
    """Let the lease run a full length from now.

    Raises:
        LeaseLost: when somebody has taken it.
    """
    _write(lease, leased_until=now + LENGTH)


def prolong_all(*, worker: str, now: datetime) -> int:
    """The heartbeat: prolong the leases of the jobs in hand, except rows their own transactions have locked.

    A job whose end could not be written (a lost connection) is in nobody's hand: its lease runs out.
    """
    ids = in_hand.jobs()
    if not ids:
        return 0
    with transaction.atomic():
        mine = Job.objects.filter(state=Job.State.RUNNING, leased_by=worker, id__in=ids)
        ids = list(mine.select_for_update(skip_locked=True).values_list("id", flat=True))
        return Job.objects.filter(id__in=ids).update(leased_until=now + LENGTH)


def note_progress(lease: Lease, *, done: int, total: int | None, message: str) -> None:
    """Write how far the job is.

    Raises:
        LeaseLost: when somebody has taken it.
    """
    _write(lease, progress_done=done, progress_total=total, progress_message=message[:200])


def finish(lease: Lease, *, now: datetime) -> None:
    """The job is done.

    Raises:
        LeaseLost: when somebody has taken it; roll back what was done.
    """
    _write(
        lease,
        state=Job.State.DONE,
        finished_at=now,
        leased_until=None,
        leased_by="",
        error="",
        traceback="",
    )


def fail(lease: Lease, *, error: str, traceback: str, retry_after: timedelta, now: datetime) -> None:
    """The attempt failed: wait for the next one, or die when it was the last.

    Raises:
        LeaseLost: when somebody has taken it.
    """
    _write(
        lease,
        **_after_failure(lease.attempt, lease.max_attempts, retry_after, now),
        error=error[:500],
        traceback=traceback[-4000:],
    )


def give_back(lease: Lease, *, now: datetime) -> None:
    """Return the job unfinished and unblamed.

    Raises:
        LeaseLost: when somebody has taken it.
    """
    _write(
        lease,
        state=Job.State.PENDING,
        attempts=F("attempts") - 1,
        run_at=now,
        leased_until=None,
        leased_by="",
    )


def reap(*, now: datetime) -> int:
    """Take back jobs whose worker fell silent; a job that keeps killing its workers dies in the end."""
    if not Job.objects.lost(now).exists():
        return 0
    with transaction.atomic():
        lost = list(Job.objects.lost(now).select_for_update(skip_locked=True)[:100])
        for job in lost:
            changes = _after_failure(job.attempts, job.max_attempts, timedelta(seconds=1), now)
            Job.objects.filter(pk=job.pk).update(
                **changes, error=f"worker {job.leased_by} was lost while running it"
            )
    return len(lost)


def _after_failure(attempt: int, max_attempts: int, retry_after: timedelta, now: datetime) -> dict[str, Any]:
    released = {"leased_until": None, "leased_by": ""}
    if attempt >= max_attempts:
        return {**released, "state": Job.State.DEAD, "finished_at": now}
    delay = retry_delay(attempt, jitter=random.random(), base=retry_after)  # noqa: S311 - jitter, not a secret
    return {**released, "state": Job.State.PENDING, "run_at": now + delay}


def _write(lease: Lease, **changes: Any) -> None:
    if Job.objects.held(job_id=lease.job_id, fence=lease.fence).update(**changes) == 0:
        raise LeaseLost(f"{lease.name} #{lease.job_id}")
