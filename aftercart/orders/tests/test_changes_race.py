"""Two at once, with real threads on PostgreSQL: one wins, the other is told in words, the books agree."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from aftercart.catalog.models import StockLevel
from aftercart.catalog.testing import assert_stock_is_its_movements, make_product, stocked
from aftercart.kernel import clock
from aftercart.orders.actions import (
    approve_change,
    ask_change,
    fulfil_order,
    record_payment,
    refuse_change,
    undo_change,
    withdraw_change,
)
from aftercart.orders.changes.planning import basket_of
from aftercart.orders.models import Change, ChangePolicy, Line, Order
from aftercart.orders.testing import at_once, line, make_order
from aftercart.stores.testing import make_channel

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
SHOPPER = "shopper:1"
ROUNDS = 6


@pytest.fixture
def shop() -> None:
    make_product()
    stocked("apron-sand", 500)


def placed(**values: Any) -> Order:
    return make_order(lines=(line(quantity=2, sku="apron-sand"),), change_minutes=30, **values)


def ask(order: Order, kind: str, key: str, **wish: Any) -> Callable[[], Change]:
    return lambda: ask_change(order_id=order.pk, kind=kind, wish=wish, key=key, actor=SHOPPER)


def check(order: Order) -> Order:
    """The invariants that hold whoever won."""
    order.refresh_from_db()
    assert_stock_is_its_movements()
    assert basket_of(order).total_minor == order.total_minor
    assert 0 <= order.refunded_minor <= order.paid_minor
    return order


def test_the_shopper_cancels_while_the_warehouse_sends(shop: None) -> None:
    winners = set()
    for number in range(ROUNDS):
        order = placed()
        cancel = ask(order, "cancel", f"c{number}")
        said = at_once(
            cancel,
            lambda order=order: fulfil_order(  # type: ignore[misc]
                order_id=order.pk, key=f"f{order.pk}", actor="staff:1", releases_hold=True
            ),
        )
        assert said.count("done") == 1
        check(order)
        is_cancelled = said[0] == "done"
        winners.add(is_cancelled)
        assert (order.state, order.refunded_minor > 0) == (
            ("cancelled", True) if is_cancelled else ("completed", False)
        )
        other = said[1] if is_cancelled else said[0]
        assert any(words in other for words in ("cancelled", "still to be sent", "sent already", "packing"))


def test_two_tabs_change_the_same_line(shop: None) -> None:
    for number in range(ROUNDS):
        order = placed()
        pk, seen = order.lines.get().pk, basket_of(order).digest

        def tab(
            key: str, quantity: int, order: Order = order, pk: int = pk, seen: str = seen
        ) -> Callable[[], Any]:
            wish = {"line": pk, "quantity": quantity}
            return lambda: ask_change(
                order_id=order.pk, kind="quantity", wish=wish, key=key, actor=SHOPPER, seen=seen
            )

        said = at_once(tab(f"a{number}", 1), tab(f"b{number}", 5))
        assert said.count("done") == 1
        assert any("meantime" in words or "still open" in words for words in said)
        check(order)
        assert Change.objects.filter(order=order).count() == 1


def test_a_form_posted_eight_times_is_one_change(shop: None) -> None:
    order = placed()
    act = ask(order, "quantity", "same", line=order.lines.get().pk, quantity=1)
    assert at_once(*[act] * 8) == ["done"] * 8
    assert check(order).refunded_minor == 4900
    assert Change.objects.count() == 1


def test_a_colleague_approves_while_the_shopper_withdraws(shop: None) -> None:
    ChangePolicy.objects.create(
        channel=make_channel(), revision=1, kinds={"quantity": "approval"}, actor="t", made_at=clock.now()
    )
    for number in range(ROUNDS):
        order = placed()
        change = ask(order, "quantity", f"q{number}", line=order.lines.get().pk, quantity=1)()
        said = at_once(
            lambda pk=change.pk: approve_change(change_id=pk, actor="staff:1"),  # type: ignore[misc]
            lambda pk=change.pk: withdraw_change(change_id=pk, actor=SHOPPER),  # type: ignore[misc]
            lambda pk=change.pk: refuse_change(change_id=pk, reason="No", actor="staff:2"),  # type: ignore[misc]
        )
        assert said.count("done") == 1
        assert sum("decided in the meantime" in words for words in said) == 2
        change.refresh_from_db()
        assert (change.state == "applied") == (check(order).total_minor == 5390)


def test_the_money_comes_while_the_shopper_withdraws(shop: None) -> None:
    for number in range(ROUNDS):
        order = placed()
        change = ask(order, "quantity", f"q{number}", line=order.lines.get().pk, quantity=3)()

        def pay(order: Order = order) -> None:
            record_payment(
                order_id=order.pk, amount_minor=4900, method="card", key=f"p{order.pk}", actor="system"
            )

        said = at_once(pay, lambda pk=change.pk: withdraw_change(change_id=pk, actor=SHOPPER))  # type: ignore[misc]
        change.refresh_from_db()
        check(order)
        if change.state == "applied":
            assert (order.total_minor, order.refunded_minor) == (15190, 0)
            assert "decided in the meantime" in said[1]
        else:
            assert (order.total_minor, order.refunded_minor) == (10290, 4900)
        assert (order.due_minor, order.payment_state) == (0, "paid")


def test_the_last_pieces_go_to_one_of_many_changes() -> None:
    make_product()
    stocked("apron-sand", 12)
    orders = [placed() for _ in range(4)]  # eight of twelve are taken
    acts = [
        ask(order, "quantity", f"q{order.pk}", line=Line.objects.get(order=order).pk, quantity=4)
        for order in orders
    ]
    said = at_once(*acts)
    assert said.count("done") == 2
    assert sum("not enough" in words for words in said) == 2
    assert StockLevel.objects.get(variant__sku="apron-sand").available == 0
    assert_stock_is_its_movements()


def test_undoing_twice_at_once_undoes_once(shop: None) -> None:
    order = placed(is_paid=False)
    change = ask(order, "quantity", "q", line=order.lines.get().pk, quantity=1)()
    said = at_once(
        *(lambda key=key: undo_change(change_id=change.pk, key=key, actor=SHOPPER) for key in ("u1", "u2"))
    )
    assert sorted(words == "done" for words in said) == [False, True]
    assert check(order).lines.get().quantity == 2
