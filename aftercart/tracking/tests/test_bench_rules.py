"""Pure decisions at the bench."""

from __future__ import annotations

import pytest

from aftercart.orders.rules import Refused
from aftercart.tracking.bench.rules import ToPack, count_scan, fill, may_send, parcels_of

CUP = ToPack(line_id=1, title="Cup", open=2, codes=("CUP-1", "4006381333931"))
MORE_CUPS = ToPack(line_id=2, title="Cup", open=1, codes=("CUP-1", ""))
SPOON = ToPack(line_id=3, title="Spoon", open=1, codes=("SPOON", ""))
LINES = [CUP, MORE_CUPS, SPOON]


@pytest.mark.parametrize("code", ["CUP-1", " cup-1 ", "4006381333931"])
def test_sku_and_barcode_count_however_they_are_written(code: str) -> None:
    assert count_scan(code, LINES, {}, parcel=1) == {(1, 1): 1}


def test_scans_fill_lines_of_one_article_one_after_the_other_then_say_enough() -> None:
    packed: dict[tuple[int, int], int] = {}
    for parcel in (1, 2, 2):
        packed = count_scan("CUP-1", LINES, packed, parcel=parcel)
    assert packed == {(1, 1): 1, (1, 2): 1, (2, 2): 1}
    with pytest.raises(Refused, match="All 3 of “Cup” are packed"):
        count_scan("CUP-1", LINES, packed, parcel=1)


@pytest.mark.parametrize("code", ["FORK", "", "  "])
def test_what_is_not_in_the_order_is_told_in_words(code: str) -> None:
    with pytest.raises(Refused, match="not in this order"):
        count_scan(code, LINES, {}, parcel=1)


def test_filling_takes_what_is_in_no_parcel_yet() -> None:
    assert fill(LINES, {(1, 1): 1}, parcel=2) == {(1, 1): 1, (1, 2): 1, (2, 2): 1, (3, 2): 1}


def test_parcels_are_told_in_order_and_never_empty_or_too_full() -> None:
    assert parcels_of(LINES, {(1, 1): 2, (3, 2): 1}, parcels=2) == [{1: 2}, {3: 1}]
    with pytest.raises(Refused, match="Parcel 2 is empty"):
        parcels_of(LINES, {(1, 1): 2}, parcels=2)
    with pytest.raises(Refused, match="Nothing is packed"):
        parcels_of(LINES, {}, parcels=1)
    with pytest.raises(Refused, match="Only 2 of “Cup”"):
        parcels_of(LINES, {(1, 1): 2, (1, 2): 1}, parcels=2)


@pytest.mark.parametrize(
    ("state", "payment", "method", "asked", "says"),
    [
        ("open", "paid", "card", 0, ""),
        ("open", "partly_refunded", "card", 0, ""),
        ("open", "pending", "cash_on_delivery", 0, ""),
        ("open", "pending", "card", 0, "not paid"),
        ("open", "refunded", "card", 0, "not paid"),
        ("open", "paid", "card", 500, "not paid"),
        ("cancelled", "paid", "card", 0, "cancelled"),
        ("completed", "paid", "card", 0, "Nothing"),
    ],
)
def test_only_open_orders_that_are_paid_or_paid_at_the_door_leave(
    state: str, payment: str, method: str, asked: int, says: str
) -> None:
    def decide() -> None:
        may_send(state=state, payment_state=payment, payment_method=method, asked_minor=asked)

    if not says:
        decide()
        return
    with pytest.raises(Refused, match=says):
        decide()
