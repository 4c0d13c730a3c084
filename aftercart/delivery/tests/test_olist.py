"""The target on real orders: learnt from the first 70 %, judged on the rest. Needs the Olist files."""

from __future__ import annotations

import pytest

from benchmarks._promise import Judged, data_folder, judge, loss, orders, share

FOLDER = data_folder()

pytestmark = pytest.mark.skipif(
    not (FOLDER / "olist_orders_dataset.csv.gz").exists(),
    reason="the Olist orders are not on this machine (they are not shipped): set AFTERCART_SHARED_DATA",
)


@pytest.fixture(scope="module")
def judged() -> list[Judged]:
    return judge(orders(FOLDER))


def test_nine_of_ten_arrive_by_the_promise(judged: list[Judged]) -> None:
    assert len(judged) > 2_900
    assert 0.87 <= share(judged, "ours", 0.9) <= 0.93


@pytest.mark.parametrize("level", [0.5, 0.9])
@pytest.mark.parametrize("other", ["printed", "whole"])
def test_the_promise_costs_less_than_the_shops_own_and_than_one_for_all(
    judged: list[Judged], other: str, level: float
) -> None:
    assert loss(judged, "ours", level) < 0.9 * loss(judged, other, level)


def test_large_states_are_each_served(judged: list[Judged]) -> None:
    states = {one.region for one in judged}
    large = [rows for state in states if len(rows := [one for one in judged if one.region == state]) >= 100]
    assert len(large) >= 6
    assert all(0.85 <= share(rows, "ours", 0.9) <= 0.99 for rows in large)
