"""What pieces are worth, and what may be claimed: exact in minor units."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercart.claims.rules import (
    LONGEST_TEXT,
    Bought,
    affordable,
    clean_text,
    may_claim,
    may_decide,
    may_settle,
    value_of,
)
from aftercart.orders.rules import Refused

APRON = Bought(line_id=1, quantity=1, sent=1, total_minor=4900, tax_minor=931)
SPOONS = Bought(line_id=2, quantity=3, sent=2, total_minor=1000, tax_minor=190)


@pytest.mark.parametrize(
    ("wanted", "discount", "includes_tax", "expected"),
    [
        ({1: 1}, 0, True, 4900),
        ({1: 1}, 0, False, 5831),
        ({2: 1}, 0, True, 333),
        ({2: 2}, 0, True, 667),
        ({2: 3}, 0, True, 1000),
        ({1: 1, 2: 3}, 0, True, 5900),
        ({1: 1, 2: 3}, 590, True, 5310),
        ({1: 1}, 590, True, 4410),
        ({1: 1}, 9_999_999, True, 0),
        ({}, 0, True, 0),
    ],
)
def test_value(wanted: dict[int, int], discount: int, includes_tax: object, expected: int) -> None:
    value = value_of(
        [APRON, SPOONS], wanted, order_discount_minor=discount, prices_include_tax=bool(includes_tax)
    )
    assert value == expected


@given(
    totals=st.lists(st.tuples(st.integers(1, 5), st.integers(0, 10**9)), min_size=1, max_size=5),
    share=st.integers(0, 100),
)
def test_all_pieces_together_are_worth_what_was_paid(totals: list[tuple[int, int]], share: int) -> None:
    lines = [
        Bought(line_id=number, quantity=quantity, sent=quantity, total_minor=total)
        for number, (quantity, total) in enumerate(totals)
    ]
    goods = sum(line.total_minor for line in lines)
    discount = goods * share // 100
    whole = value_of(
        lines,
        {line.line_id: line.quantity for line in lines},
        order_discount_minor=discount,
        prices_include_tax=True,
    )
    assert abs(whole - (goods - discount)) <= len(lines)
    for line in lines:
        part = value_of(lines, {line.line_id: 1}, order_discount_minor=discount, prices_include_tax=True)
        assert 0 <= part <= line.total_minor


@pytest.mark.parametrize("wanted", [{}, {1: 0}, {1: -1}, {2: 3}, {9: 1}])
def test_only_what_was_sent_can_be_claimed(wanted: dict[int, int]) -> None:
    may_claim([APRON, SPOONS], {1: 1, 2: 2})
    with pytest.raises(Refused):
        may_claim([APRON, SPOONS], wanted)


@pytest.mark.parametrize(
    ("outcome", "value", "left", "expected"),
    [
        ("refund", 100, 100, "refund"),
        ("refund", 101, 100, "ask"),
        ("refund", 0, 100, "ask"),
        ("replacement", 101, 0, "replacement"),
        ("ask", 1, 1, "ask"),
    ],
)
def test_a_policy_gives_back_no_more_than_was_paid(
    outcome: str, value: int, left: int, expected: str
) -> None:
    assert affordable(outcome, value_minor=value, left_minor=left) == expected


@pytest.mark.parametrize(
    ("state", "outcome", "words"),
    [
        ("settled", "refund", ""),
        ("declined", "refund", ""),
        ("waiting", "ask", ""),
        ("waiting", "credit", ""),
        ("waiting", "declined", ""),
    ],
)
def test_decisions_that_are_refused(state: str, outcome: str, words: str) -> None:
    may_decide(state="waiting", outcome="declined", words="It is shown as new on your photo.")
    may_decide(state="decided", outcome="replacement", words="")
    with pytest.raises(Refused):
        may_decide(state=state, outcome=outcome, words=words)


def test_only_what_was_decided_is_settled() -> None:
    may_settle(state="decided")
    for state in ("waiting", "settled", "declined"):
        with pytest.raises(Refused):
            may_settle(state=state)


def test_words_are_kept_plain() -> None:
    assert clean_text(" a\r\nb\rc\x00 ") == "a\nb\nc"
    with pytest.raises(Refused, match="4001"):
        clean_text("x" * (LONGEST_TEXT + 1))
