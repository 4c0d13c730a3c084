"""The worker: turns every pump, lets none hold up another, tells what it does, ends in order."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection

from aftercart.kernel.work import heartbeat, pumps, worker
from aftercart.kernel.work.jobs import JobContext, enqueue, job
from aftercart.kernel.work.models import Job
from aftercart.kernel.work.models import Worker as WorkerRow
from aftercart.kernel.work.pumps import PumpContext, pump
from aftercart.kernel.work.testing import until
from aftercart.kernel.work.worker import Worker

pytestmark = pytest.mark.django_db(transaction=True)
Run = Callable[[Worker], None]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """Workers run on threads of the test; they are stopped and their rows written by the end."""
    monkeypatch.setattr(heartbeat, "EVERY", 0.05)
    monkeypatch.setattr(worker, "REST_MAX", 0.05)
    started: list[tuple[Worker, threading.Thread]] = []

    def run_on_a_thread(one: Worker) -> None:
        def run() -> None:
            try:
                one.run()
            finally:
                connection.close()

        started.append((one, threading.Thread(target=run)))
        started[-1][1].start()

    yield run_on_a_thread
    for one, thread in started:
        one.stop()
        thread.join()


def test_a_slow_or_failing_pump_holds_up_no_other(run: Run) -> None:
    pumps.registry.clear()
    release, turns, failures = threading.Event(), [0], [0]

    @pump("slow")
    def slow(context: PumpContext) -> int:
        release.wait(20)
        return 0

    @pump("failing")
    def failing(context: PumpContext) -> int:
        failures[0] += 1
        raise DatabaseError("no such table")

    @pump("quick")
    def quick(context: PumpContext) -> int:
        turns[0] += 1
        return 0

    run(Worker())
    until(lambda: turns[0] > 5 and failures[0] > 0)
    release.set()


def test_work_done_by_one_pump_wakes_the_others_at_once(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    pumps.registry.clear()
    monkeypatch.setattr(worker, "REST_MAX", 60.0)
    monkeypatch.setattr(worker, "REST_MIN", 60.0)
    todo, turns = [1], [0]

    @pump("does")
    def does(context: PumpContext) -> int:
        time.sleep(0.2)
        return todo.pop() if todo else 0

    @pump("waits")
    def waits(context: PumpContext) -> int:
        turns[0] += 1
        return 0

    run(Worker())
    until(lambda: turns[0] >= 2, seconds=10)


def test_the_heartbeat_tells_what_is_being_done(run: Run) -> None:
    pumps.registry.clear()
    release = threading.Event()

    @pump("digging")
    def digging(context: PumpContext) -> int:
        context.say("the east tunnel")
        release.wait(20)
        context.say("")
        return 0

    run(Worker())
    until(lambda: WorkerRow.objects.filter(doing={"digging": "the east tunnel"}).exists())
    release.set()
    until(lambda: WorkerRow.objects.filter(doing={}).exists())


def test_jobs_run_side_by_side(run: Run) -> None:
    meeting = threading.Barrier(3)

    @job("test.meet")
    def meet(context: JobContext) -> None:
        meeting.wait(20)

    for _ in range(3):
        enqueue("test.meet")
    run(Worker(job_threads=3))
    until(lambda: Job.objects.filter(state=Job.State.DONE).count() == 3)


def test_until_idle_does_all_there_is_and_what_that_brings() -> None:
    @job("test.last")
    def last(context: JobContext) -> None: ...

    @job("test.first")
    def first(context: JobContext) -> None:
        enqueue("test.last")

    enqueue("test.first")
    out = StringIO()
    call_command("work", "--until-idle", stdout=out)
    assert out.getvalue() == "2 units done\n"
    assert set(Job.objects.values_list("state", flat=True)) == {"done"}
    assert WorkerRow.objects.get().stopped_at is not None


def test_until_idle_waits_for_what_somebody_holds_back(monkeypatch: pytest.MonkeyPatch) -> None:
    pumps.registry.clear()
    monkeypatch.setattr(pumps, "_waits", [])
    held, free_at = [3], time.monotonic() + 0.3

    @pump("held", waits=lambda: bool(held))
    def turn(context: PumpContext) -> int:
        return held.pop() if held and time.monotonic() > free_at else 0

    assert Worker().run_until_idle() == 3
    held.append(1)
    monkeypatch.setattr(pumps, "registry", {"held": lambda context: 0})
    assert Worker().run_until_idle(patience=0.1) == 0


def note_turn(turns: list[str], name: str, context: PumpContext) -> int:
    turns.append(name)
    return 5


def test_what_a_thread_kept_open_for_a_pump_is_closed_at_its_end(run: Run) -> None:
    pumps.registry.clear()
    turned, ended = [threading.get_ident()], [0]

    @pump("open", ends=lambda: ended.append(threading.get_ident()))
    def turn(context: PumpContext) -> int:
        turned[0] = threading.get_ident()
        return 0

    worker = Worker()
    run(worker)
    until(lambda: turned[0] != threading.get_ident())
    worker.stop()
    until(lambda: turned[0] in ended)
    assert Worker().run_until_idle() == 0
    assert ended[-1] == threading.get_ident()


def test_a_pump_that_fails_to_end_leaves_no_connection_open(monkeypatch: pytest.MonkeyPatch) -> None:
    pumps.registry.clear()
    closed: list[int] = []

    class Noted:
        """A connection that says which thread closed it."""

        def close(self) -> None:
            closed.append(threading.get_ident())
            connection.close()

    def fail() -> None:
        raise ValueError("the server is gone")

    pump("torn", ends=fail)(lambda context: 0)
    monkeypatch.setattr(worker, "connection", Noted())
    one = Worker()
    one.stop()
    thread = threading.Thread(target=one._turn, args=("torn",))
    thread.start()
    thread.join()
    assert closed == [thread.ident]


def test_once_turns_every_pump_once() -> None:
    pumps.registry.clear()
    turns: list[str] = []
    for name in ("a", "b"):
        pump(name)(partial(note_turn, turns, name))
    out = StringIO()
    call_command("work", "--once", stdout=out)
    assert (turns, out.getvalue()) == (["a", "b"], "10 units done\n")


def test_wrong_words_are_refused() -> None:
    with pytest.raises(CommandError, match="at least 1"):
        call_command("work", "--threads", "0")
    with pytest.raises(CommandError):
        call_command("work", "--once", "--until-idle")


def test_two_pumps_of_one_name_are_refused() -> None:
    pump("twice")(lambda context: 0)
    with pytest.raises(TypeError, match="twice"):
        pump("twice")(lambda context: 0)


def test_a_broken_thread_ends_the_process_so_that_it_is_started_anew() -> None:
    pumps.registry.clear()

    @pump("broken")
    def broken(context: PumpContext) -> int:
        raise SystemExit(3)

    assert Worker().run() is False
