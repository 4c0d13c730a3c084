"""Jobs: asked for once per key, leased, fenced, retried, dead in the end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.db import transaction

from aftercart.kernel import clock
from aftercart.kernel.work import actions, in_hand, jobs, leases
from aftercart.kernel.work.jobs import Interrupted, JobContext, enqueue, job
from aftercart.kernel.work.models import Job
from aftercart.kernel.work.running import run_jobs
from aftercart.kernel.work.testing import idle_context

pytestmark = pytest.mark.django_db


@pytest.fixture
def declare() -> Iterator[Callable[..., None]]:
    """Declare jobs for the length of a test."""
    before = dict(jobs.registry)

    def declare(name: str, function: jobs.JobFunction, **options: object) -> None:
        job(name, **options)(function)  # type: ignore[arg-type]

    yield declare
    jobs.registry.clear()
    jobs.registry.update(before)


def the_job() -> Job:
    return Job.objects.get()


def test_a_job_runs_once_with_its_payload(declare: Callable[..., None]) -> None:
    seen: list[object] = []
    declare("test.greet", lambda context: seen.append(context.payload["who"]))
    enqueue("test.greet", {"who": "Sam"})
    assert run_jobs(idle_context()) == 1
    assert run_jobs(idle_context()) == 0
    assert seen == ["Sam"]
    assert the_job().state == Job.State.DONE


def test_an_unknown_job_is_refused() -> None:
    with pytest.raises(LookupError, match=r"test\.nobody"):
        enqueue("test.nobody")


def test_a_rolled_back_transaction_leaves_no_job(declare: Callable[..., None]) -> None:
    declare("test.greet", lambda context: None)
    with transaction.atomic():
        enqueue("test.greet")
        transaction.set_rollback(True)
    assert not Job.objects.exists()


def test_a_key_makes_it_once_until_it_ended(declare: Callable[..., None]) -> None:
    declare("test.greet", lambda context: None)
    first = enqueue("test.greet", key="greet:1")
    assert enqueue("test.greet", key="greet:1") == first
    run_jobs(idle_context())
    assert enqueue("test.greet", key="greet:1") != first


def test_urgent_jobs_start_first_and_later_ones_wait(declare: Callable[..., None]) -> None:
    seen: list[object] = []
    declare("test.greet", lambda context: seen.append(context.payload["n"]))
    enqueue("test.greet", {"n": 1})
    enqueue("test.greet", {"n": 2}, priority=5)
    enqueue("test.greet", {"n": 3}, priority=9, run_at=clock.now() + timedelta(hours=1))
    while run_jobs(idle_context()):
        pass
    assert seen == [2, 1]


def test_failures_wait_then_die_and_a_person_revives_them(declare: Callable[..., None]) -> None:
    def explode(context: JobContext) -> None:
        raise ValueError("no such file")

    declare("test.explode", explode, max_attempts=2)
    job_id = enqueue("test.explode")
    run_jobs(idle_context())
    waiting = the_job()
    assert (waiting.state, waiting.attempts, waiting.error) == ("pending", 1, "ValueError: no such file")
    assert waiting.run_at > clock.now()
    Job.objects.update(run_at=clock.now())
    run_jobs(idle_context())
    dead = the_job()
    assert dead.state == Job.State.DEAD
    assert "explode" in dead.traceback
    assert list(Job.objects.dead()) == [dead]
    assert actions.retry_job(job_id=job_id, actor="staff:1")
    assert not actions.retry_job(job_id=job_id, actor="staff:1")
    run_jobs(idle_context())
    assert the_job().attempts == 1


def test_an_interrupted_job_is_queued_again_unblamed(declare: Callable[..., None]) -> None:
    def interrupted(context: JobContext) -> None:
        raise Interrupted

    declare("test.long", interrupted)
    enqueue("test.long")
    run_jobs(idle_context())
    assert (the_job().state, the_job().attempts) == ("pending", 0)


def test_the_fence_stops_a_zombie(declare: Callable[..., None]) -> None:
    """A worker that slept through its lease can neither commit its effects nor its result."""
    declare("test.slow", lambda context: None)
    enqueue("test.slow")
    now = clock.now()
    zombie = leases.claim(worker="zombie", names=["test.slow"], now=now)
    assert zombie is not None
    later = now + leases.LENGTH + timedelta(seconds=1)
    assert leases.reap(now=later) == 1
    heir = leases.claim(worker="heir", names=["test.slow"], now=later + timedelta(minutes=1))
    assert heir is not None
    context = JobContext(lease=zombie, should_stop=lambda: False)
    with pytest.raises(leases.LeaseLost), context.fenced():
        pytest.fail("the zombie got into a transaction")
    with pytest.raises(leases.LeaseLost):
        context.progress(1, 1)
    with pytest.raises(leases.LeaseLost):
        leases.finish(zombie, now=later)
    leases.finish(heir, now=later)
    assert the_job().state == Job.State.DONE


def test_a_lease_lost_inside_a_shared_fence_is_noticed_at_its_end(declare: Callable[..., None]) -> None:
    declare("test.slow", lambda context: None)
    enqueue("test.slow")
    lease = leases.claim(worker="zombie", names=["test.slow"], now=clock.now())
    assert lease is not None
    context = JobContext(lease=lease, should_stop=lambda: False)
    with pytest.raises(leases.LeaseLost), transaction.atomic(), context.fenced(alone=False):
        Job.objects.update(fence=lease.fence + 1, payload={"by": "the zombie"})
    assert the_job().payload == {}
    with context.fenced(alone=False):
        Job.objects.update(payload={"by": "the holder"})
    assert the_job().payload == {"by": "the holder"}


def test_a_late_result_is_dropped_and_effects_of_an_atomic_job_rolled_back(
    declare: Callable[..., None],
) -> None:
    def lose_lease(context: JobContext) -> None:
        enqueue("test.effect")
        Job.objects.filter(id=context.lease.job_id).update(fence=99)

    declare("test.effect", lambda context: None)
    declare("test.atomic", lose_lease, atomic=True)
    enqueue("test.atomic")
    run_jobs(idle_context())
    assert the_job().name == "test.atomic"


def test_a_job_that_keeps_killing_its_workers_dies(declare: Callable[..., None]) -> None:
    declare("test.poison", lambda context: None, max_attempts=2)
    enqueue("test.poison")
    now = clock.now()
    for _ in range(2):
        assert leases.claim(worker="victim", names=["test.poison"], now=now) is not None
        now += timedelta(hours=1)
        leases.reap(now=now)
        now += timedelta(hours=1)
    assert the_job().state == Job.State.DEAD
    assert "victim was lost" in the_job().error


def test_progress_is_written(declare: Callable[..., None]) -> None:
    shares: list[float | None] = []

    def count(context: JobContext) -> None:
        for done in range(1, 101):
            context.progress(done, 100, f"row {done}")
        shares.append(the_job().progress_share)

    declare("test.count", count)
    enqueue("test.count")
    run_jobs(idle_context())
    assert shares == [1.0]
    assert the_job().progress_message == "row 100"


def test_a_cancelled_job_never_runs(declare: Callable[..., None]) -> None:
    declare("test.greet", lambda context: pytest.fail("it ran"))
    job_id = enqueue("test.greet")
    assert actions.cancel_job(job_id=job_id, actor="staff:1")
    assert run_jobs(idle_context()) == 0
    assert not actions.cancel_job(job_id=job_id, actor="staff:1")


def test_the_heartbeat_prolongs_what_its_worker_has_in_hand(declare: Callable[..., None]) -> None:
    """Not others' jobs, and not one whose end could not be written: nobody would ever take that back."""
    declare("test.slow", lambda context: None)
    for _ in range(3):
        enqueue("test.slow")
    now = clock.now()
    mine, forgotten, theirs = (
        leases.claim(worker=worker, names=["test.slow"], now=now) for worker in ("mine", "mine", "theirs")
    )
    assert mine
    assert forgotten
    assert theirs
    later = now + timedelta(seconds=20)
    with in_hand.holding(mine.job_id), in_hand.holding(theirs.job_id):
        assert leases.prolong_all(worker="mine", now=later) == 1
    assert leases.prolong_all(worker="mine", now=later) == 0
    lost = Job.objects.lost(now + timedelta(seconds=31)).values_list("id", flat=True)
    assert set(lost) == {forgotten.job_id, theirs.job_id}
