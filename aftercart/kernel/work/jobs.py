"""Jobs: declared with ``@job``, asked for with ``enqueue`` in the transaction that needs them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from aftercart.kernel import clock
from aftercart.kernel.work import leases
from aftercart.kernel.work.models import Job

PROGRESS_EVERY = 0.25  # seconds: a bar need not move faster, and each move is a write


class Interrupted(Exception):
    """Raise it in a job when ``context.should_stop()``: it is queued again, and no attempt is counted."""


@dataclass(frozen=True, kw_only=True)
class JobContext:
    """The one argument of a job: its payload, and its ties to the worker and to its row."""

    lease: leases.Lease
    should_stop: Callable[[], bool]
    _written: list[float] = field(default_factory=lambda: [0.0])

    @property
    def payload(self) -> Mapping[str, Any]:
        """What ``enqueue`` was given."""
        return self.lease.payload

    @property
    def attempt(self) -> int:
        """1 for the first try."""
        return self.lease.attempt

    def progress(self, done: int, total: int | None = None, message: str = "") -> None:
        """Say how far the job is, for progress bars; cheap to call often.

        Raises:
            leases.LeaseLost: when another worker has taken the job; give up at once.
        """
        now = time.monotonic()
        if done != total and now - self._written[0] < PROGRESS_EVERY:
            return
        self._written[0] = now
        leases.note_progress(self.lease, done=done, total=total, message=message)

    @contextmanager
    def fenced(self, *, alone: bool = True) -> Iterator[None]:
        """A transaction that commits only while the lease is held, and prolongs it.

        With ``alone=False`` several threads of the job may be in one at once: the job's row is locked at the end
        only, so a lease that was lost in between is noticed there.

        Raises:
            leases.LeaseLost: when another worker has taken the job.
        """
        with transaction.atomic():
            if alone:
                leases.hold(self.lease)
            yield
            leases.prolong(self.lease, now=clock.now())


JobFunction = Callable[[JobContext], None]


@dataclass(frozen=True, kw_only=True)
class JobKind:
    """A declared job."""

    name: str
    run: JobFunction
    max_attempts: int
    retry_after: timedelta
    atomic: bool


registry: dict[str, JobKind] = {}


def job(
    name: str,
    *,
    max_attempts: int = 5,
    retry_after: timedelta = timedelta(seconds=5),
    atomic: bool = False,
) -> Callable[[JobFunction], JobFunction]:
    """Register ``def run_import(context: JobContext) -> None`` under ``"app.verb"``; put it in ``tasks.py``.

    The function is called at least once and must be idempotent. It manages its own transactions;
    ``context.fenced()`` opens one that a worker without the lease cannot commit. With ``atomic=True``
    the whole call and its completion are one such transaction, so its database effects happen exactly
    once: for short jobs without outside effects. A failure is tried again after ``retry_after``,
    doubled each time, and after ``max_attempts`` the job is dead until a person retries it.

    Raises:
        TypeError: when another job has the name.
    """

    def register(function: JobFunction) -> JobFunction:
        if name in registry:
            raise TypeError(f"two jobs are named {name}")
        registry[name] = JobKind(
            name=name, run=function, max_attempts=max_attempts, retry_after=retry_after, atomic=atomic
        )
        return function

    return register


def enqueue(
    name: str,
    payload: Mapping[str, Any] | None = None,
    *,
    key: str | None = None,
    run_at: datetime | None = None,
    priority: int = 0,
) -> int:
    """Ask for a job in the caller's transaction; returns the id of its row.

    ``payload`` is JSON. While a job with the same ``key`` (at most 160 characters) is pending or
    running no second one is made, and its id is returned. ``run_at`` is the earliest start; a higher
    ``priority`` starts first.

    Raises:
        LookupError: when no job has the name.
    """
    if name not in registry:
        raise LookupError(f"no job is named {name}")
    now = clock.now()
    row = Job(
        name=name,
        key=key,
        payload=dict(payload or {}),
        run_at=run_at or now,
        priority=priority,
        max_attempts=registry[name].max_attempts,
        created_at=now,
    )
    return _insert_once(row) if key else _insert(row)


def _insert(row: Job) -> int:
    row.save(force_insert=True)
    return row.pk


def _insert_once(row: Job) -> int:
    """Insert unless the key is taken; the loop covers a holder that finishes between the two looks."""
    while True:
        taken = Job.objects.filter(key=row.key, state__in=[Job.State.PENDING, Job.State.RUNNING])
        if holder := taken.values_list("id", flat=True).first():
            return holder
        try:
            with transaction.atomic():
                return _insert(row)
        except IntegrityError:
            continue
