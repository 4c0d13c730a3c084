"""Two at the bench at once, with real threads on PostgreSQL: one result, the other told in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db.models import Sum

from aftercart.orders.actions import ask_change, cancel_order, hold_order
from aftercart.orders.models import Fulfilment, Order
from aftercart.orders.testing import at_once, make_order
from aftercart.stores.models import Role
from aftercart.stores.testing import make_member
from aftercart.tracking.actions import Box, end_run, pack_order, start_run
from aftercart.tracking.models import Parcel, ParcelLine, Pick

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
ROUNDS = 6


@pytest.fixture
def packers() -> tuple[int, int]:
    return make_member("Wes", Role.WAREHOUSE).pk, make_member("Pia", Role.WAREHOUSE).pk


def box(order: Order) -> Box:
    return Box(pieces={line.pk: line.quantity for line in order.lines.all()}, tracking_number="T1")


def packing(order: Order, member_id: int, key: str) -> Callable[[], Any]:
    parcel = box(order)
    return lambda: pack_order(
        order_id=order.pk, key=key, boxes=[parcel], member_id=member_id, actor=f"staff:{member_id}"
    )


def assert_consistent(order: Order) -> None:
    """Sent, packed and the order's own state agree."""
    order.refresh_from_db()
    sent = order.lines.aggregate(n=Sum("fulfilled_quantity"))["n"]
    packed = ParcelLine.objects.filter(parcel__order=order).aggregate(n=Sum("quantity"))["n"] or 0
    assert sent == packed
    assert order.fulfilments.count() == order.parcels.count() <= 1
    assert not (order.state == "cancelled" and sent)


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_two_packers_never_take_the_same_order(packers: tuple[int, int], round_: int) -> None:
    ids = [make_order().pk for _ in range(4)]
    takes = [
        lambda member=member, mine=mine: start_run(
            order_ids=mine, member_id=member, key=f"{round_}:{member}", actor=f"staff:{member}"
        )
        for member, mine in zip(packers, (ids, ids[::-1]), strict=True)
    ]
    said = at_once(*takes)
    assert sorted(words == "done" for words in said) == [False, True]
    assert any("is packing this order" in words for words in said)
    assert Pick.objects.filter(ended_at=None).count() == 4
    assert Pick.objects.values("run").distinct().count() == 1


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_packed_twice_by_two_people_leaves_once(packers: tuple[int, int], round_: int) -> None:
    order = make_order()
    said = at_once(*(packing(order, member, f"{round_}:{member}") for member in packers))
    assert said.count("done") == 1
    assert any("still to be sent" in words for words in said)
    assert_consistent(order)


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_a_double_post_is_one_parcel(packers: tuple[int, int], round_: int) -> None:
    order = make_order()
    assert at_once(*[packing(order, packers[0], f"same:{round_}")] * 3) == ["done"] * 3
    assert (Fulfilment.objects.count(), Parcel.objects.count()) == (1, 1)
    assert_consistent(order)


@pytest.mark.parametrize("round_", range(ROUNDS))
@pytest.mark.parametrize("what", ["cancel", "hold", "shopper"])
def test_somebody_stops_the_order_while_it_is_packed(
    packers: tuple[int, int], what: str, round_: int
) -> None:
    order = make_order(change_minutes=30 if what == "shopper" else 0)
    acts: dict[str, Callable[[], Any]] = {
        "cancel": lambda: cancel_order(order_id=order.pk, reason="", actor="test"),
        "hold": lambda: hold_order(order_id=order.pk, reason="Wait.", actor="test"),
        "shopper": lambda: ask_change(order_id=order.pk, kind="cancel", wish={}, key="c", actor="shopper:1"),
    }
    packed, stopped = at_once(packing(order, packers[0], f"{round_}"), acts[what])
    assert_consistent(order)
    if packed == "done":
        assert order.parcels.count() == 1
        assert stopped != "done"
    else:
        assert any(word in packed for word in ("cancelled", "held"))
        assert stopped == "done"


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_a_run_let_go_while_it_is_packed(packers: tuple[int, int], round_: int) -> None:
    order = make_order()
    run = start_run(order_ids=[order.pk], member_id=packers[0], key=f"{round_}", actor="test").run
    said = at_once(packing(order, packers[0], f"{round_}"), lambda: end_run(run_id=run.pk, actor="test"))
    assert said == ["done", "done"]
    assert Pick.objects.get().how in {"packed", "released"}
    assert_consistent(order)
