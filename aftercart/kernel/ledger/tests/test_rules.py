"""Which lots burn, without a database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercart.kernel.ledger.rules import Only, Part, burn_order, draw, spend_order, take_back_order

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
MOMENTS = st.none() | st.integers(-5, 5).map(lambda days: NOW + days * DAY)


def part(
    lot_id: int, free: int = 10, *, promotional: bool = False, begins: int = -1, ends: int | None = None
) -> Part:
    return Part(
        lot_id=lot_id,
        free=free,
        is_promotional=promotional,
        activates_at=NOW + begins * DAY,
        expires_at=None if ends is None else NOW + ends * DAY,
    )


PARTS = st.lists(
    st.builds(
        Part,
        lot_id=st.integers(1, 99),
        free=st.integers(0, 50),
        is_promotional=st.booleans(),
        activates_at=MOMENTS,
        expires_at=MOMENTS,
    ),
    unique_by=lambda one: one.lot_id,
    max_size=8,
)


def ids(parts: list[Part]) -> list[int]:
    return [one.lot_id for one in parts]


def test_earliest_expiry_burns_first_and_no_expiry_last() -> None:
    assert ids(burn_order([part(1), part(2, ends=9), part(3, ends=2), part(4, free=0, ends=1)])) == [3, 2, 1]


def test_promotional_burns_before_principal_when_asked() -> None:
    lots = [part(1, ends=1), part(2, promotional=True, ends=9), part(3, promotional=True)]
    assert ids(burn_order(lots)) == [1, 2, 3]
    assert ids(burn_order(lots, promotional_first=True)) == [2, 3, 1]


@pytest.mark.parametrize(
    ("lot", "is_spendable"),
    [
        (part(1, begins=0), True),
        (part(1, begins=1), False),
        (part(1, ends=0), False),
        (part(1, ends=1), True),
    ],
)
def test_a_lot_is_spent_between_its_beginning_and_its_end(lot: Part, is_spendable: bool) -> None:  # noqa: FBT001
    assert bool(spend_order([lot], now=NOW)) is is_spendable


def test_only_one_kind_may_be_asked_for() -> None:
    lots = [part(1), part(2, promotional=True)]
    assert ids(spend_order(lots, now=NOW, only=Only.PRINCIPAL)) == [1]
    assert ids(spend_order(lots, now=NOW, only=Only.PROMOTIONAL)) == [2]


def test_a_grant_is_taken_back_from_its_own_lots_first() -> None:
    lots = [part(1, begins=3), part(2, ends=1), part(3), part(4)]
    assert ids(take_back_order(lots, now=NOW, first=frozenset({4}))) == [4, 2, 3, 1]


@given(parts=PARTS, amount=st.integers(0, 300))
def test_draws_take_what_was_asked_or_all_there_is(parts: list[Part], amount: int) -> None:
    draws = draw(burn_order(parts), amount)
    free = {one.lot_id: one.free for one in parts}
    assert sum(one.amount for one in draws) == min(amount, sum(free.values()))
    assert all(0 < one.amount <= free[one.lot_id] for one in draws)
    assert all(one.amount == free[one.lot_id] for one in draws[:-1]), "only the last lot is left in part"


@given(parts=PARTS, amount=st.integers(0, 300))
def test_nothing_that_ends_later_burns_before_what_ends_sooner(parts: list[Part], amount: int) -> None:
    ordered = spend_order(parts, now=NOW)
    drawn = {one.lot_id for one in draw(ordered, amount)}
    ends = {one.lot_id: one.expires_at.timestamp() if one.expires_at else float("inf") for one in ordered}
    untouched = [ends[lot] for lot in ends if lot not in drawn]
    if drawn and untouched:
        assert max(ends[lot] for lot in drawn) <= min(untouched)
