"""Pure decisions: words in any order lead to the same standing; transfers find their order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import reduce

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercart.payments.rules import (
    Awaited,
    Left,
    Match,
    Refused,
    Standing,
    match_transfer,
    may_refund,
    merge,
    merge_refund,
    spread,
)

START = datetime(2026, 5, 1, 12, tzinfo=UTC)
NEW = Standing(state="created")


def word(state: str, second: int = 0) -> Standing:
    captured = 500 if state == "captured" else 0
    return Standing(state=state, captured_minor=captured, at=START + timedelta(seconds=second))


words = st.builds(
    word,
    st.sampled_from(["requires_action", "pending", "authorised", "failed", "cancelled", "captured"]),
    st.integers(0, 4),
)


@given(told=st.lists(words, min_size=1, max_size=7), data=st.data())
def test_any_order_and_any_replay_of_the_same_words_ends_the_same(
    told: list[Standing], data: st.DataObject
) -> None:
    again = data.draw(st.lists(st.sampled_from(told), max_size=4))
    shuffled = data.draw(st.permutations(told + again))
    assert reduce(merge, shuffled, NEW) == reduce(merge, told, NEW)


@given(told=st.lists(words, max_size=7))
def test_money_that_came_stays(told: list[Standing]) -> None:
    assert reduce(merge, told, word("captured", 2)).state == "captured"
    assert reduce(merge, told, word("captured", 2)).captured_minor == 500


@pytest.mark.parametrize(
    ("known", "told", "after"),
    [
        (word("requires_action", 1), word("failed", 2), "failed"),
        (word("failed", 2), word("requires_action", 1), "failed"),
        (word("failed", 2), word("requires_action", 3), "requires_action"),
        (word("failed", 2), word("captured", 1), "captured"),
        (word("cancelled", 2), word("pending", 9), "cancelled"),
        (word("cancelled", 2), word("captured", 9), "captured"),
        (word("pending", 1), word("failed", 1), "failed"),
    ],
)
def test_a_word_moves_a_charge(known: Standing, told: Standing, after: str) -> None:
    assert merge(known, told).state == after


def test_a_refund_that_the_bank_returned_stays_failed() -> None:
    assert merge_refund("pending", "succeeded") == "succeeded"
    assert merge_refund("succeeded", "failed") == "failed"
    assert merge_refund("failed", "succeeded") == "failed"
    assert merge_refund("succeeded", "pending") == "succeeded"


def test_no_more_goes_back_than_came_in() -> None:
    may_refund(amount=30, captured=100, refunded=50, refunding=20)
    with pytest.raises(Refused, match="At most 30"):
        may_refund(amount=31, captured=100, refunded=50, refunding=20)
    with pytest.raises(Refused, match="more than nothing"):
        may_refund(amount=0, captured=100, refunded=0, refunding=0)


@given(amount=st.integers(1, 500), left=st.lists(st.integers(0, 200), max_size=5))
def test_a_spread_never_exceeds_a_charge_nor_the_amount(amount: int, left: list[int]) -> None:
    parts = spread(amount, [Left(charge_id=number, minor=minor) for number, minor in enumerate(left)])
    assert sum(part.minor for part in parts) == min(amount, sum(left))
    assert all(0 < part.minor <= left[part.charge_id] for part in parts)
    assert [part.charge_id for part in parts] == sorted(part.charge_id for part in parts)


AWAITED = [
    Awaited(charge_id=1, reference="MH-1", amount_minor=500, currency="EUR"),
    Awaited(charge_id=2, reference="MH-10", amount_minor=900, currency="EUR"),
    Awaited(charge_id=3, reference="MH-10", amount_minor=700, currency="EUR"),
    Awaited(charge_id=4, reference="PL/7", amount_minor=500, currency="PLN"),
]


@pytest.mark.parametrize(
    ("text", "amount", "currency", "found"),
    [
        ("Order MH-1 thanks", 500, "EUR", Match(charge_id=1, is_exact=True)),
        ("order mh 10", 900, "EUR", Match(charge_id=2, is_exact=True)),
        ("MH-10", 700, "EUR", Match(charge_id=3, is_exact=True)),
        ("MH-1", 499, "EUR", Match(charge_id=1, is_exact=False)),
        ("rent", 500, "EUR", None),
        ("MH-1", 500, "PLN", None),
        ("PL 7", 500, "PLN", Match(charge_id=4, is_exact=True)),
    ],
)
def test_a_transfer_is_matched_by_its_reference(
    text: str, amount: int, currency: str, found: Match | None
) -> None:
    assert match_transfer(text, amount, currency, AWAITED) == found
