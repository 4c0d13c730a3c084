"""Worker processes: killed, stopped, sharing jobs."""

from __future__ import annotations

import signal
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import pytest

from aftercart.kernel import clock
from aftercart.kernel.work.jobs import JobContext, enqueue, job
from aftercart.kernel.work.models import Job, Worker
from aftercart.kernel.work.testing import until
from aftercart.kernel.work.tests.processes import await_line, start

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def workers() -> Iterator[list[subprocess.Popen[str]]]:
    """The processes a test starts; none survives it."""
    started: list[subprocess.Popen[str]] = []
    yield started
    for process in started:
        process.kill()
        process.wait()
        if process.stdout:
            process.stdout.close()


@pytest.fixture(autouse=True)
def declared() -> None:
    @job("test.count")
    def elsewhere(context: JobContext) -> None:
        raise AssertionError("only the processes run it")


def worker(started: list[subprocess.Popen[str]], seconds: float, beat: float = 0.3) -> subprocess.Popen[str]:
    started.append(start("aftercart.kernel.work.tests.slow_job", str(seconds), str(beat)))
    return started[-1]


def counted() -> Job:
    return Job.objects.get(name="test.count")


def test_a_killed_workers_job_is_taken_over(workers: list[subprocess.Popen[str]]) -> None:
    enqueue("test.count", {"steps": 5})
    victim = worker(workers, 0.2)
    await_line(victim, "step 1")
    victim.kill()
    worker(workers, 0.0)
    until(lambda: counted().state == Job.State.DONE)
    assert counted().attempts == 2
    assert counted().fence == 2


def test_a_long_job_keeps_its_lease_by_the_heartbeat(workers: list[subprocess.Popen[str]]) -> None:
    """The job sleeps two lease lengths without a word, and another worker looks all the while."""
    enqueue("test.count", {"steps": 1})
    await_line(worker(workers, 3.0), "step 0")
    worker(workers, 0.0)
    until(lambda: counted().state == Job.State.DONE)
    assert counted().attempts == 1


def test_a_stopped_worker_gives_its_job_back_at_once(workers: list[subprocess.Popen[str]]) -> None:
    enqueue("test.count", {"steps": 1000})
    process = worker(workers, 0.05)
    await_line(process, "step 3")
    process.terminate()
    assert process.wait(timeout=20) == 0
    job_row = counted()
    assert (job_row.state, job_row.attempts, job_row.leased_by) == ("pending", 0, "")
    assert job_row.run_at <= clock.now()
    steps = Job.objects.filter(name="test.noted").count()
    assert 4 <= steps < 1000
    assert Worker.objects.get(pid=process.pid).stopped_at is not None


def test_two_workers_share_jobs_and_run_each_once(workers: list[subprocess.Popen[str]]) -> None:
    processes = [worker(workers, 0.02) for _ in range(2)]
    until(lambda: Worker.objects.filter(pid__in=[process.pid for process in processes]).count() == 2)
    ids = [enqueue("test.count", {"steps": 1}) for _ in range(60)]
    until(lambda: Job.objects.filter(id__in=ids, state=Job.State.DONE).count() == 60)
    effects = Counter(Job.objects.filter(name="test.noted").values_list("payload__pid", flat=True))
    assert sum(effects.values()) == 60
    assert set(effects) == {process.pid for process in processes}
    assert set(Job.objects.filter(id__in=ids).values_list("attempts", flat=True)) == {1}


def test_a_frozen_workers_job_goes_to_another_and_the_zombie_is_fenced(
    workers: list[subprocess.Popen[str]],
) -> None:
    """SIGSTOP is a laptop asleep, a paused virtual machine: it wakes up believing it holds the lease."""
    enqueue("test.count", {"steps": 4})
    zombie = worker(workers, 0.5, beat=60)  # no heartbeat, which could be frozen with a lock in its hands
    await_line(zombie, "step 0")
    zombie.send_signal(signal.SIGSTOP)
    Job.objects.filter(name="test.count").update(leased_until=clock.now() - timedelta(seconds=1))
    worker(workers, 0.0)
    until(lambda: counted().state == Job.State.DONE)
    zombie.send_signal(signal.SIGCONT)
    time.sleep(1)  # long enough for its next step
    zombie.terminate()
    assert zombie.wait(timeout=20) == 0
    assert Job.objects.filter(name="test.noted", payload__pid=zombie.pid).count() == 1
    assert (counted().attempts, counted().error) == (2, "")
