"""Real worker processes: killed in the middle of a batch, sharing the work, stopping in order."""

from __future__ import annotations

import subprocess
from collections import Counter
from collections.abc import Iterator

import pytest

from aftercart.kernel.journal.listening import Recorded, on
from aftercart.kernel.journal.models import Entry, Progress
from aftercart.kernel.journal.progress import ensure_listeners
from aftercart.kernel.journal.tests.cast import BellRang, ring
from aftercart.kernel.work.models import Worker
from aftercart.kernel.work.testing import until
from aftercart.kernel.work.tests.processes import await_line, start

pytestmark = pytest.mark.django_db(transaction=True)
KEEPER = "aftercart.kernel.journal.tests.door_keeper"


@pytest.fixture
def keepers() -> Iterator[list[subprocess.Popen[str]]]:
    """The processes a test starts; none survives it."""
    started: list[subprocess.Popen[str]] = []
    yield started
    for process in started:
        process.kill()
        process.wait()
        if process.stdout:
            process.stdout.close()


def keeper(started: list[subprocess.Popen[str]], milliseconds: int) -> subprocess.Popen[str]:
    started.append(start(KEEPER, str(milliseconds)))
    return started[-1]


@pytest.fixture(autouse=True)
def door_keeper_known() -> None:
    """The listener has its place before the first bell."""

    @on(BellRang, name="test.door_keeper")
    def elsewhere(recorded: Recorded[BellRang]) -> None:
        raise AssertionError("only the processes listen")

    ensure_listeners()


def doors() -> Counter[int]:
    return Counter(Entry.objects.filter(name="DoorOpened").values_list("facts__number", flat=True))


def test_kill_nine_in_the_middle_of_a_batch_loses_nothing_and_repeats_nothing(
    keepers: list[subprocess.Popen[str]],
) -> None:
    """Three workers are killed while their handler is at work; a fourth finishes."""
    ring(*range(60))
    for _ in range(3):
        victim = keeper(keepers, 20)
        await_line(victim, "bell 5")
        victim.kill()
        assert victim.wait() == -9
        assert not doors()
    keeper(keepers, 0)
    until(lambda: sum(doors().values()) >= 60)
    assert doors() == Counter(range(60))
    assert Progress.objects.get(listener="test.door_keeper").heard == 60


def test_two_workers_share_the_work_and_handle_nothing_twice(
    keepers: list[subprocess.Popen[str]],
) -> None:
    for _ in range(2):
        await_started(keeper(keepers, 1))
    for first in range(0, 400, 20):
        ring(*range(first, first + 20))
    until(lambda: sum(doors().values()) >= 400)
    assert doors() == Counter(range(400))


def await_started(process: subprocess.Popen[str]) -> None:
    until(lambda: Worker.objects.filter(pid=process.pid).exists())


def test_a_stopped_worker_finishes_its_batch_and_says_goodbye(
    keepers: list[subprocess.Popen[str]],
) -> None:
    ring(*range(30))
    process = keeper(keepers, 20)
    await_line(process, "bell 3")
    process.terminate()
    assert process.wait(timeout=20) == 0
    assert doors() == Counter(range(20))
    worker = Worker.objects.get(pid=process.pid)
    assert worker.stopped_at is not None
    assert worker.doing == {}
