"""Schedules: once per due time, missed times collapse, a changed plan takes hold."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from functools import partial
from threading import Barrier, Thread
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from aftercart.kernel import clock
from aftercart.kernel.work import schedules
from aftercart.kernel.work.jobs import JobContext
from aftercart.kernel.work.models import Job, Schedule
from aftercart.kernel.work.plans import Every
from aftercart.kernel.work.schedules import fire_due, schedule
from aftercart.kernel.work.testing import idle_context, run_due_jobs

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
SetClock = Callable[[datetime], None]


@pytest.fixture
def set_clock(monkeypatch: pytest.MonkeyPatch) -> SetClock:
    return lambda moment: monkeypatch.setattr(clock, "now", lambda: moment)


def declare(name: str = "test.tick", **when: object) -> list[str]:
    ticks: list[str] = []

    def tick(context: JobContext) -> None:
        ticks.append(context.payload["due_at"])

    schedule(name, **when)(tick)  # type: ignore[arg-type]
    return ticks


@pytest.mark.django_db
def test_it_runs_once_per_due_time(set_clock: SetClock) -> None:
    ticks = declare(every=timedelta(minutes=5))
    for minute in (1, 2, 5, 6, 9, 10, 11):
        set_clock(NOON + timedelta(minutes=minute))
        fire_due(idle_context())
        run_due_jobs()
    assert ticks == ["2026-03-01T12:05:00+00:00", "2026-03-01T12:10:00+00:00"]


@pytest.mark.django_db
def test_missed_times_collapse_into_one(set_clock: SetClock) -> None:
    ticks = declare(every=timedelta(minutes=5))
    set_clock(NOON)
    fire_due(idle_context())
    set_clock(NOON + timedelta(hours=3, minutes=1))
    for _ in range(3):
        fire_due(idle_context())
        run_due_jobs()
    assert len(ticks) == 1
    assert Schedule.objects.get().next_due_at == NOON + timedelta(hours=3, minutes=5)


@pytest.mark.django_db
def test_a_run_that_still_waits_is_not_doubled(set_clock: SetClock) -> None:
    declare(every=timedelta(minutes=5))
    for minute in (0, 6, 12, 18):
        set_clock(NOON + timedelta(minutes=minute))
        fire_due(idle_context())
    assert Job.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("zone", "due_hour"), [("Asia/Tokyo", 18), ("UTC", 3), ("Mars/Olympus", 3), ("../x", 3)]
)
def test_daily_at_the_merchants_time(
    set_clock: SetClock, monkeypatch: pytest.MonkeyPatch, zone: str, due_hour: int
) -> None:
    monkeypatch.setattr(schedules, "_local", schedules.LocalZone(name=lambda: zone))
    declare(daily_at=time(3, 30))
    set_clock(NOON)
    fire_due(idle_context())
    due = Schedule.objects.get().next_due_at
    assert due == datetime(2026, 3, 1 if due_hour > 12 else 2, due_hour, 30, tzinfo=UTC)


@pytest.mark.django_db
def test_a_changed_plan_takes_hold(set_clock: SetClock) -> None:
    set_clock(NOON)
    declare(every=timedelta(hours=8))
    fire_due(idle_context())
    schedules.registry["test.tick"] = Every(timedelta(minutes=1))
    fire_due(idle_context())
    assert Schedule.objects.get().next_due_at == NOON + timedelta(minutes=1)


def test_a_schedule_says_exactly_one_when() -> None:
    with pytest.raises(TypeError, match="either"):
        schedule("test.never")
    with pytest.raises(TypeError, match="either"):
        schedule("test.both", every=timedelta(minutes=1), daily_at=time(3))


@pytest.mark.django_db(transaction=True)
def test_it_fires_once_across_workers(set_clock: SetClock) -> None:
    """Four workers with connections of their own see it due and reach for it at the same moment, ten times."""
    declare(every=timedelta(minutes=5))
    set_clock(NOON)
    fire_due(idle_context())
    for hour in range(1, 11):
        now = NOON + timedelta(hours=hour)
        set_clock(now)
        fired = at_once(4, partial(schedules._fire, "test.tick", now=now, zone=ZoneInfo("UTC")))
        assert sorted(fired) == [0, 0, 0, 1]
        Job.objects.update(state=Job.State.DONE)
    assert Job.objects.count() == 10


def at_once(count: int, function: Callable[[], int]) -> list[int]:
    """Call a function in several threads at the same moment, each with its own connection."""
    barrier, results = Barrier(count), list[int]()

    def call() -> None:
        try:
            barrier.wait()
            results.append(function())
        finally:
            connection.close()

    threads = [Thread(target=call) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results
