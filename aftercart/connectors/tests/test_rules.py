"""Credits find their purchases: nothing is taken twice, nothing from the future."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercart.connectors.rules import Match, Moved, match_credits


def bought(line: int, quantity: int) -> Moved:
    return Moved(line=line, quantity=quantity, is_credit=False)


def credit(line: int, quantity: int) -> Moved:
    return Moved(line=line, quantity=quantity, is_credit=True)


@pytest.mark.parametrize(
    ("moved", "matches"),
    [
        ([bought(1, 5), credit(2, 2)], [(2, 1, 2)]),
        ([bought(1, 5), bought(2, 5), credit(3, 2)], [(3, 2, 2)]),
        ([bought(1, 5), bought(2, 1), credit(3, 2)], [(3, 1, 2)]),
        ([bought(1, 1), bought(2, 1), credit(3, 2)], [(3, 2, 1), (3, 1, 1)]),
        ([credit(1, 2), bought(2, 5)], []),
        ([bought(1, 1), credit(2, 3), credit(3, 1)], [(2, 1, 1)]),
        ([bought(1, 2), credit(2, 1), credit(3, 1)], [(2, 1, 1), (3, 1, 1)]),
    ],
)
def test_the_newest_purchase_that_holds_it_is_taken_back(
    moved: list[Moved], matches: list[tuple[int, int, int]]
) -> None:
    assert match_credits(moved) == [Match(credit=c, line=line, quantity=q) for c, line, q in matches]


@given(st.lists(st.tuples(st.integers(1, 9), st.booleans()), max_size=40))
def test_nothing_is_taken_twice_nor_before_it_was_bought(parts: list[tuple[int, bool]]) -> None:
    moved = [
        Moved(line=n, quantity=quantity, is_credit=is_credit) for n, (quantity, is_credit) in enumerate(parts)
    ]
    by_line = {one.line: one for one in moved}
    matches = match_credits(moved)
    for line, one in by_line.items():
        taken = sum(match.quantity for match in matches if line in {match.line, match.credit})
        assert taken <= one.quantity
    for match in matches:
        assert match.line < match.credit
        assert not by_line[match.line].is_credit
        assert by_line[match.credit].is_credit
    # Nothing that could be taken back is left: a short credit means that every earlier piece is gone by then.
    for line, one in by_line.items():
        if one.is_credit and sum(m.quantity for m in matches if m.credit == line) < one.quantity:
            earlier = sum(o.quantity for o in moved if not o.is_credit and o.line < line)
            assert earlier == sum(m.quantity for m in matches if m.line < line and m.credit <= line)
