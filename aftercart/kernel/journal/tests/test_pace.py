"""Batches shrink to the entry at fault, grow again, and keep transactions short."""

from __future__ import annotations

from aftercart.kernel.journal.pace import PATIENCE, TARGET, Pace


def test_a_failure_halves_until_one_stands_alone() -> None:
    pace = Pace(largest=1000, size=1000)
    sizes = []
    while pace.size > 1:
        pace.failed(now=0.0, is_transient=False)
        sizes.append(pace.size)
    assert sizes == [500, 250, 125, 62, 31, 15, 7, 3, 1]
    assert pace.rest_until == 0.0


def test_full_batches_grow_up_to_the_largest() -> None:
    pace = Pace(largest=10, size=1)
    sizes = []
    for _ in range(5):
        pace.took(pace.size, 0.001)
        sizes.append(pace.size)
    assert sizes == [2, 4, 8, 10, 10]


def test_a_slow_listener_gets_less() -> None:
    pace = Pace(largest=1000, size=1000)
    pace.took(1000, TARGET * 10)
    assert pace.size == 100
    pace.took(1, TARGET * 10)
    assert pace.size == 1


def test_transient_failures_rest_longer_each_time_and_end_in_blame() -> None:
    pace = Pace(largest=10, size=10)
    rests = []
    for _ in range(PATIENCE):
        assert not pace.may_blame
        pace.failed(now=100.0, is_transient=True)
        rests.append(pace.rest_until)
    assert rests == sorted(rests)
    assert pace.may_blame
    pace.took(1, 0.0)
    assert not pace.may_blame
