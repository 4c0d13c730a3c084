"""Whatever is asked of an order in whatever order, its totals, its stock and its money agree."""

from __future__ import annotations

import itertools
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aftercart.catalog.models import StockMovement, Variant
from aftercart.catalog.testing import assert_stock_is_its_movements, make_product, stocked
from aftercart.kernel import clock
from aftercart.orders.actions import (
    ask_change,
    expire_changes,
    fulfil_order,
    record_payment,
    undo_change,
    withdraw_change,
)
from aftercart.orders.changes.planning import basket_of
from aftercart.orders.models import Change, ChangePolicy, Order
from aftercart.orders.rules import Refused
from aftercart.orders.testing import line, make_order
from aftercart.stores.testing import make_channel

pytestmark = pytest.mark.django_db
SHOPPER = "shopper:1"
SKUS = ("apron-sand", "apron-moss", "spoon-sand")
keys = itertools.count()

step = st.one_of(
    st.tuples(st.just("quantity"), st.integers(0, 3), st.integers(0, 9)),
    st.tuples(st.just("variant"), st.integers(0, 3), st.integers(0, 2)),
    st.tuples(st.just("add"), st.integers(0, 2), st.integers(1, 4)),
    st.tuples(st.just("remove"), st.integers(0, 3), st.just(0)),
    st.tuples(st.sampled_from(["cancel", "undo", "pay", "withdraw", "expire"]), st.just(0), st.just(0)),
    st.tuples(st.just("send"), st.integers(0, 3), st.just(1)),
)


def take(order: Order, what: str, which: int, count: int) -> None:
    """One step; what is not possible is refused in words and changes nothing."""
    lines = list(order.lines.all())
    picked = lines[which % len(lines)]
    key = f"k{next(keys)}"
    if what == "undo":
        change = Change.objects.filter(order=order, state="applied").order_by("-pk").first()
        if change:
            undo_change(change_id=change.pk, key=key, actor=SHOPPER)
    elif what == "pay" and order.due_minor:
        record_payment(
            order_id=order.pk, amount_minor=order.due_minor, method="card", key=key, actor="system"
        )
    elif what in {"withdraw", "expire"}:
        for change in Change.objects.open().filter(order=order):
            if what == "withdraw":
                withdraw_change(change_id=change.pk, actor=SHOPPER)
            else:
                expire_changes(now=clock.now() + timedelta(days=9))
    elif what == "send":
        fulfil_order(
            order_id=order.pk,
            key=key,
            actor="staff:1",
            quantities_by_line={picked.pk: count},
            releases_hold=True,
        )
        Order.objects.update(changeable_until=clock.now() + timedelta(minutes=30))
    elif what != "pay":
        variant = Variant.objects.get(sku=SKUS[(count if what == "variant" else which) % 3]).pk
        wishes: dict[str, dict[str, Any]] = {
            "quantity": {"line": picked.pk, "quantity": count},
            "variant": {"line": picked.pk, "variant": variant},
            "add": {"variant": variant, "quantity": count},
            "remove": {"line": picked.pk},
            "cancel": {},
        }
        ask_change(order_id=order.pk, kind=what, wish=wishes[what], key=key, actor=SHOPPER)


def agree(order: Order) -> None:
    """Totals add up, stock is its movements and holds what is to be sent, money is within what came."""
    basket = basket_of(order)
    assert basket.total_minor == order.total_minor >= 0
    assert order.subtotal_minor == sum(each.total_minor for each in order.lines.all())
    assert_stock_is_its_movements()
    held = StockMovement.objects.reserved_for(f"order:{order.pk}")
    wanted = dict(basket.open_by_variant())
    for change in Change.objects.open().filter(order=order):
        for variant, count in change.reserved.items():
            wanted[int(variant)] = wanted.get(int(variant), 0) + count
    assert held == {key: count for key, count in wanted.items() if count}
    assert 0 <= order.settled_minor <= order.paid_minor
    assert 0 <= order.refunded_minor <= order.paid_minor
    has_open = Change.objects.open().filter(order=order).exists()
    assert has_open or order.asked_minor == 0
    if order.state == "open" and order.paid_minor and not has_open:
        assert order.kept_minor == order.paid_minor - order.refunded_minor
        assert (
            order.kept_minor >= order.total_minor or order.due_minor == order.total_minor - order.kept_minor
        )


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(step, max_size=9), st.sampled_from(["order", "catalogue"]), st.booleans())
def test_any_sequence_keeps_the_books(
    steps: list[tuple[str, int, int]],
    basis: str,
    is_paid: bool,  # noqa: FBT001 - drawn
) -> None:
    with transaction.atomic():
        make_product()
        make_product("spoon", "Oak spoon", 1250)
        for sku in SKUS:
            stocked(sku, 12)
        ChangePolicy.objects.create(
            channel=make_channel(), revision=1, price_basis=basis, actor="t", made_at=clock.now()
        )
        bought = (line(quantity=3, sku="apron-sand"), line("Oak spoon", 2, 1100, sku="spoon-sand"))
        order = make_order(lines=bought, change_minutes=30, is_paid=is_paid)
        for what, which, count in steps:
            before, changes = basket_of(order).digest, Change.objects.count()
            try:
                with transaction.atomic():
                    take(order, what, which, count)
            except Refused:
                order.refresh_from_db()
                assert (basket_of(order).digest, Change.objects.count()) == (before, changes)
            order.refresh_from_db()
            agree(order)
            _undo_restores(order)
        transaction.set_rollback(True)


def _undo_restores(order: Order) -> None:
    done = Change.objects.filter(order=order, kind="undo", state="applied").order_by("-pk").first()
    newest = Change.objects.filter(order=order, state="applied").order_by("-pk").first()
    if done and done == newest and done.undoes and not order.fulfilments.exists():
        assert done.after == done.undoes.before
