from __future__ import annotations

import pytest

from aftercart.orders.rules import (
    Quantities,
    Refused,
    fulfilment_state,
    may_cancel,
    may_fulfil,
    may_refund,
    payment_state,
)


@pytest.mark.parametrize(
    ("total", "paid", "refunded", "state"),
    [
        (100, 0, 0, "pending"),
        (100, 40, 0, "partly_paid"),
        (100, 100, 0, "paid"),
        (100, 120, 0, "paid"),
        (100, 100, 1, "partly_refunded"),
        (100, 100, 100, "refunded"),
        (0, 0, 0, "paid"),
    ],
)
def test_payment_state_follows_the_money(total: int, paid: int, refunded: int, state: str) -> None:
    assert payment_state(total=total, paid=paid, refunded=refunded) == state


@pytest.mark.parametrize(
    ("lines", "state"),
    [
        ([Quantities(ordered=2)], "unfulfilled"),
        ([Quantities(ordered=2, fulfilled=1)], "partial"),
        ([Quantities(ordered=2, fulfilled=2)], "fulfilled"),
        ([Quantities(ordered=2, fulfilled=1, cancelled=1)], "fulfilled"),
        ([Quantities(ordered=1, fulfilled=1), Quantities(ordered=1)], "partial"),
        ([Quantities(ordered=1, cancelled=1)], "unfulfilled"),
    ],
)
def test_fulfilment_state_follows_the_lines(lines: list[Quantities], state: str) -> None:
    assert fulfilment_state(lines) == state


def test_never_more_is_sent_than_is_open() -> None:
    line = Quantities(ordered=3, fulfilled=1, cancelled=1)
    may_fulfil(state="open", wanted=1, line=line)
    for state, wanted in (("open", 2), ("open", 0), ("cancelled", 1)):
        with pytest.raises(Refused):
            may_fulfil(state=state, wanted=wanted, line=line)


def test_what_has_left_is_returned_not_cancelled() -> None:
    may_cancel(state="open", lines=[Quantities(ordered=2, fulfilled=1)])
    with pytest.raises(Refused, match="returned"):
        may_cancel(state="completed", lines=[Quantities(ordered=2, fulfilled=2)])
    with pytest.raises(Refused, match="already"):
        may_cancel(state="cancelled", lines=[Quantities(ordered=2)])


def test_a_refund_stays_within_what_was_paid() -> None:
    may_refund(amount=60, paid=100, refunded=40)
    for amount in (0, -5, 61):
        with pytest.raises(Refused):
            may_refund(amount=amount, paid=100, refunded=40)
