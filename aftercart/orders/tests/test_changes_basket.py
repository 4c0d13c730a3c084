"""What a change makes of an order's figures: exact, never below nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercart.orders.changes.basket import (
    Basket,
    Item,
    Ware,
    cancelled,
    has_mixed_tax,
    share,
    with_quantity,
    with_variant,
    with_ware,
    without,
)

WARE = Ware(variant_id=9, sku="W", title="Spoon", image_url="", unit_minor=1250)


def item(number: int = 1, **values: Any) -> Item:
    plain = Item(
        id=number,
        position=number,
        kind="product",
        variant_id=number,
        sku=f"S{number}",
        title="Apron",
        image_url="",
        quantity=2,
        unit_minor=1000,
    )
    return replace(plain, **values)


def basket(*items: Item, **values: Any) -> Basket:
    return replace(Basket(state="open", items=items or (item(), item(2)), shipping_minor=490), **values)


@pytest.mark.parametrize(
    ("amount", "part", "whole", "is_"), [(5, 1, 2, 2), (7, 1, 2, 4), (10, 1, 3, 3), (1, 1, 0, 0)]
)
def test_shares_round_to_even(amount: int, part: int, whole: int, is_: int) -> None:
    assert share(amount, part, whole) == is_


def test_fewer_pieces_take_their_discount_and_tax_along() -> None:
    before = basket(item(quantity=3, discount_minor=300, tax_minor=431))
    after = with_quantity(before, before.items[0], 1, unit_minor=None)
    assert (after.items[0].discount_minor, after.items[0].tax_minor) == (100, 144)
    assert after.total_minor == 900 + 490


def test_the_orders_discount_shrinks_with_the_goods_and_never_grows() -> None:
    before = basket(item(quantity=4), discount_minor=1000)
    less = with_quantity(before, before.items[0], 2, unit_minor=None)
    more = with_quantity(less, less.items[0], 4, unit_minor=None)
    assert (less.discount_minor, more.discount_minor) == (500, 500)


def test_pieces_at_todays_price_are_a_line_of_their_own() -> None:
    before = basket(item(quantity=1))
    after = with_quantity(before, before.items[0], 3, unit_minor=1200)
    assert [(each.quantity, each.unit_minor) for each in after.items] == [(1, 1000), (2, 1200)]
    assert after.items[1].id is None


def test_a_line_that_was_partly_sent_is_split() -> None:
    before = basket(item(quantity=3, fulfilled=1, discount_minor=100))
    after = with_variant(before, before.items[0], WARE, unit_minor=1000)
    assert [(each.quantity, each.sku, each.fulfilled) for each in after.items] == [(1, "S1", 1), (2, "W", 0)]
    assert sum(each.discount_minor for each in after.items) == 100


def test_what_a_cancelled_order_costs() -> None:
    assert cancelled(basket()).worth_minor == 0
    partly = cancelled(basket(item(quantity=2, fulfilled=1), item(2)))
    assert partly.state == "completed"
    assert partly.worth_minor == 1000 + 490


def test_nobody_guesses_a_tax_rate() -> None:
    assert not has_mixed_tax(basket(item(tax_minor=319), item(2, tax_minor=320)))
    assert has_mixed_tax(basket(item(tax_minor=319), item(2, tax_minor=131)))


amounts = st.integers(0, 100_000)
items = st.builds(
    item,
    number=st.just(1),
    quantity=st.integers(1, 50),
    unit_minor=amounts,
    tax_minor=amounts,
)


@given(items, amounts, amounts, st.integers(1, 50), st.booleans())
def test_whatever_is_changed_the_sums_are_exact_and_not_negative(
    one: Item,
    discount: int,
    shipping: int,
    quantity: int,
    includes_tax: bool,  # noqa: FBT001 - drawn
) -> None:
    goods = one.total_minor + 2000
    before = basket(one, item(2), discount_minor=min(discount, goods + shipping), shipping_minor=shipping)
    before = replace(before, includes_tax=includes_tax)
    for after in (
        with_quantity(before, one, quantity, unit_minor=None),
        with_quantity(before, one, quantity, unit_minor=777),
        with_variant(before, one, WARE, unit_minor=WARE.unit_minor),
        with_ware(before, WARE, quantity),
        without(before, one),
    ):
        assert after.total_minor >= 0
        assert all(each.total_minor >= 0 and each.discount_minor >= 0 for each in after.items)
        tax = 0 if includes_tax else after.tax_minor
        lines = sum(each.quantity * each.unit_minor - each.discount_minor for each in after.items)
        assert after.total_minor == lines - after.discount_minor + shipping + tax
        assert Basket.from_json(after.as_json()).digest == after.digest
