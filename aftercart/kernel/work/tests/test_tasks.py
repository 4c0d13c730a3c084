"""Housekeeping forgets what ended long ago, and nothing that a person may still need."""

from __future__ import annotations

from datetime import timedelta

import pytest

from aftercart.kernel import clock
from aftercart.kernel.work import jobs, leases, tasks
from aftercart.kernel.work.jobs import JobContext
from aftercart.kernel.work.models import Job, Worker

pytestmark = pytest.mark.django_db


def test_old_ended_jobs_and_silent_workers_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "BATCH", 2)
    now = clock.now()
    long_ago, yesterday = now - timedelta(days=8), now - timedelta(days=2)
    kept = []
    for state in ("done", "cancelled", "dead", "pending"):
        for finished_at in (long_ago, yesterday):
            job = Job.objects.create(
                name="test.old", state=state, run_at=long_ago, created_at=long_ago, finished_at=finished_at
            )
            if finished_at == yesterday or state in {"dead", "pending"}:
                kept.append(job.pk)
    for worker, seen_at in {"gone": yesterday, "here": now}.items():
        Worker.objects.create(id=worker, host="h", pid=1, started_at=long_ago, seen_at=seen_at)
    lease = leases.Lease(job_id=0, name="work.clean", payload={}, fence=1, attempt=1, max_attempts=1)
    jobs.registry["work.clean"].run(JobContext(lease=lease, should_stop=lambda: False))
    assert sorted(Job.objects.values_list("id", flat=True)) == sorted(kept)
    assert list(Worker.objects.values_list("id", flat=True)) == ["here"]


def test_alive_means_heard_of_lately() -> None:
    now = clock.now()
    for worker, seen_at, stopped_at in [
        ("here", now, None),
        ("silent", now - timedelta(minutes=1), None),
        ("stopped", now, now),
    ]:
        Worker.objects.create(
            id=worker, host="h", pid=1, started_at=now, seen_at=seen_at, stopped_at=stopped_at
        )
    assert [str(worker) for worker in Worker.objects.alive(now)] == ["h:1"]
