"""Batches of orders written beside each other."""

from __future__ import annotations

import threading
from contextlib import closing
from pathlib import Path

import pytest

from aftercart.connectors.actions import Busy, lanes, performing
from aftercart.connectors.actions.checkpoint import close_step
from aftercart.connectors.actions.lanes import Work, in_lanes
from aftercart.connectors.actions.orders import write_orders
from aftercart.connectors.models import Run
from aftercart.connectors.staging import final
from aftercart.connectors.tests.test_killing import ask, content, forget_everything, write_many
from aftercart.kernel import clock


def test_every_step_is_done_once_and_by_every_lane() -> None:
    done: dict[int, list[int]] = {0: [], 1: []}
    both_are_at_it = threading.Barrier(2, timeout=10)

    def open_lane(lane: int) -> Work:
        def work(step: int) -> None:
            if step < 2:
                both_are_at_it.wait()
            done[lane].append(step)

        return work

    assert sorted(in_lanes(range(20), open_lane, 2)) == list(range(20))
    assert sorted([*done[0], *done[1]]) == list(range(20))
    assert min(len(steps) for steps in done.values()) > 0


def test_a_failed_step_ends_all_lanes_and_is_raised() -> None:
    done: list[int] = []

    def work(step: int) -> None:
        if step == 3:
            raise ValueError("step 3")
        done.append(step)

    before = threading.active_count()
    with pytest.raises(ValueError, match="step 3"):
        list(in_lanes(range(100_000), lambda lane: work, 2))
    assert len(done) < 100_000
    assert threading.active_count() == before


def test_whoever_stops_listening_ends_the_lanes() -> None:
    done: list[int] = []
    with closing(in_lanes(range(100_000), lambda lane: done.append, 2)) as steps:
        next(steps)
    assert len(done) < 100_000


@pytest.mark.django_db
def test_steps_may_close_in_any_order_and_only_once() -> None:
    run = Run.objects.create(format="csv", actor="test", created_at=clock.now())
    for step, position, ahead in ((1, 0, [1]), (3, 0, [1, 3]), (0, 2, [3]), (2, 4, [])):
        close_step(run, step, 5, counts={"orders_added": 10})
        run.refresh_from_db()
        assert (run.position, run.ahead) == (position, ahead)
        with pytest.raises(Busy):
            close_step(run, step, 5, counts={"orders_added": 10})
    assert run.counts == {"orders_added": 40}


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_lanes_write_what_one_writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Twenty people order in every batch, so that both lanes count the same customers' orders all the time."""
    monkeypatch.setattr(final, "BATCH_LINES", 90)
    path = write_many(tmp_path / "orders.csv", orders=600)
    writers: set[str] = set()

    def watched(*args: object) -> object:
        writers.add(threading.current_thread().name)
        return write_orders(*args)  # type: ignore[arg-type]

    monkeypatch.setattr("aftercart.connectors.actions.performing.write_orders", watched)
    performing.perform_import(run=ask(path)[0])
    assert writers == {"lane-0", "lane-1"}
    in_two = content()
    forget_everything()
    monkeypatch.setattr(lanes, "LANES", 1)
    writers.clear()
    performing.perform_import(run=ask(path)[0])
    assert writers == {threading.current_thread().name}
    assert content() == in_two
    assert {count for _, _, count in in_two["customers"]} == {30}
