"""Changes that a shopper makes alone: what they do to the order, its stock, its money and the journal."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from aftercart.catalog.models import StockLevel, Variant
from aftercart.catalog.testing import assert_stock_is_its_movements, make_product, stocked
from aftercart.kernel import clock
from aftercart.kernel.journal.models import Entry
from aftercart.orders.actions import (
    approve_change,
    ask_change,
    cancel_order,
    expire_changes,
    fulfil_order,
    hold_order,
    record_payment,
    refuse_change,
    release_order,
    undo_change,
    withdraw_change,
)
from aftercart.orders.changes.planning import basket_of
from aftercart.orders.changes.refusals import Cannot
from aftercart.orders.models import Change, ChangePolicy, Kind, Order
from aftercart.orders.rules import Refused
from aftercart.orders.testing import line, make_order
from aftercart.stores.models import Channel
from aftercart.stores.testing import make_channel

pytestmark = pytest.mark.django_db
SHOPPER = "shopper:1"


@pytest.fixture
def order() -> Order:
    """Two sand aprons of ten, paid, still in its window."""
    make_product()
    make_product("spoon", "Oak spoon", 1250)
    stocked("apron-sand", 10)
    stocked("apron-moss", 3)
    return make_order(lines=(line(quantity=2, sku="apron-sand"),), change_minutes=30)


def ask(order: Order, kind: str, key: str = "", **wish: Any) -> Change:
    actor = wish.pop("actor", SHOPPER)
    made = ask_change(order_id=order.pk, kind=kind, wish=wish, key=key or f"{kind}:{wish}"[:120], actor=actor)
    order.refresh_from_db()
    return made


def first(order: Order) -> int:
    return order.lines.get().pk


def told(order: Order) -> list[str]:
    return list(Entry.objects.about(f"order:{order.pk}").order_by("pk").values_list("name", flat=True))


def stock(sku: str) -> tuple[int, int]:
    row = StockLevel.objects.get(variant__sku=sku)
    return row.on_hand, row.reserved


def policy(**values: Any) -> None:
    ChangePolicy.objects.create(
        channel=make_channel(), revision=1, actor="test", made_at=clock.now(), **values
    )


def pay(order: Order, amount: int, key: str = "late") -> None:
    record_payment(order_id=order.pk, amount_minor=amount, method="card", key=key, actor="system")
    order.refresh_from_db()


def test_cancelling_gives_stock_and_money_back(order: Order) -> None:
    assert stock("apron-sand") == (10, 2)
    change = ask(order, Kind.CANCEL, reason="too late for the party")
    assert (change.state, change.difference_minor) == ("applied", -(2 * 4900 + 490))
    assert (order.state, order.payment_state, order.refunded_minor) == (
        "cancelled",
        "refunded",
        order.paid_minor,
    )
    assert stock("apron-sand") == (10, 0)
    assert told(order)[-3:] == ["OrderCancelled", "OrderRefunded", "OrderChanged"]


def test_a_cancellation_is_undone_once_it_is_paid_again(order: Order) -> None:
    was = basket_of(order).digest
    change = ask(order, Kind.CANCEL)
    undo = undo_change(change_id=change.pk, key="u", actor=SHOPPER)
    order.refresh_from_db()
    assert (undo.state, order.due_minor, order.state) == ("unpaid", 10290, "cancelled")
    assert stock("apron-sand") == (10, 2)
    pay(order, 10290)
    assert (order.state, order.payment_state, order.due_minor) == ("open", "paid", 0)
    assert basket_of(order).digest == was
    assert order.customer is not None
    assert order.customer.orders_count == 1


def test_fewer_pieces_are_refunded_at_once_and_undone_exactly(order: Order) -> None:
    was = basket_of(order).digest
    change = ask(order, Kind.QUANTITY, line=first(order), quantity=1)
    assert (change.state, change.given_back_minor, order.total_minor) == ("applied", 4900, 5390)
    assert (order.payment_state, order.refunded_minor, order.due_minor) == ("paid", 4900, 0)
    assert stock("apron-sand") == (10, 1)
    undo_change(change_id=change.pk, key="u", actor=SHOPPER)
    order.refresh_from_db()
    assert order.due_minor == 4900
    pay(order, 4900)
    assert (basket_of(order).digest, order.payment_state, stock("apron-sand")) == (was, "paid", (10, 2))


def test_more_pieces_are_done_when_they_are_paid(order: Order) -> None:
    change = ask(order, Kind.QUANTITY, line=first(order), quantity=4)
    assert (change.state, change.charge_minor, order.total_minor, order.due_minor) == (
        "unpaid",
        9800,
        10290,
        9800,
    )
    assert stock("apron-sand") == (10, 4)
    assert order.held_until == change.expires_at
    pay(order, 9800)
    change.refresh_from_db()
    assert (change.state, order.total_minor, order.due_minor, order.payment_state) == (
        "applied",
        20090,
        0,
        "paid",
    )
    assert order.held_until == order.changeable_until


def test_money_that_comes_too_late_goes_back(order: Order) -> None:
    change = ask(order, Kind.QUANTITY, line=first(order), quantity=4)
    assert expire_changes(now=clock.now() + timedelta(hours=2)) == 1
    assert stock("apron-sand") == (10, 2)
    pay(order, 9800)
    assert (order.total_minor, order.refunded_minor, order.payment_state) == (10290, 9800, "paid")
    pay(order, 9800, key="again")  # a shopper who pays twice by themselves is not guessed about
    change.refresh_from_db()
    assert (change.state, change.given_back_minor, order.refunded_minor) == ("expired", 9800, 9800)


def test_an_unpaid_order_only_owes_more() -> None:
    make_product()
    order = make_order(lines=(line(sku="apron-sand"),), is_paid=False, change_minutes=30)
    assert ask(order, Kind.QUANTITY, line=first(order), quantity=2).state == "applied"
    assert (order.due_minor, order.payment_state) == (2 * 4900 + 490, "pending")


def test_another_variant_moves_the_stock(order: Order) -> None:
    moss = Variant.objects.get(sku="apron-moss")
    change = ask(order, Kind.VARIANT, line=first(order), variant=moss.pk)
    assert (change.state, change.difference_minor, order.lines.get().sku) == ("applied", 0, "apron-moss")
    assert (stock("apron-sand"), stock("apron-moss")) == ((10, 0), (3, 2))
    undo_change(change_id=change.pk, key="u", actor=SHOPPER)
    assert (stock("apron-sand"), stock("apron-moss")) == ((10, 2), (3, 0))


def test_a_variant_of_something_else_is_no_variant(order: Order) -> None:
    with pytest.raises(Cannot) as no:
        ask(order, Kind.VARIANT, line=first(order), variant=Variant.objects.get(sku="spoon-sand").pk)
    assert no.value.code == "no_ware"


def test_more_than_there_are_is_refused_and_nothing_moves(order: Order) -> None:
    with pytest.raises(Cannot, match="not enough"):
        ask(order, Kind.QUANTITY, line=first(order), quantity=11)
    assert stock("apron-sand") == (10, 2)
    assert not Change.objects.exists()


def test_add_and_remove(order: Order) -> None:
    spoon = Variant.objects.get(sku="spoon-moss")
    ask(order, Kind.ADD, variant=spoon.pk, quantity=2)
    pay(order, 2500)
    assert order.total_minor == 10290 + 2500
    added = order.lines.get(sku="spoon-moss")
    change = ask(order, Kind.REMOVE, line=added.pk)
    assert (change.state, change.given_back_minor, order.total_minor) == ("applied", 2500, 10290)
    undone = undo_change(change_id=change.pk, key="u", actor=SHOPPER)
    pay(order, 2500, key="more")
    undone.refresh_from_db()
    assert (undone.state, order.lines.get(sku="spoon-moss").pk) == ("applied", added.pk)
    with pytest.raises(Cannot, match="cannot be undone"):
        undo_change(change_id=change.pk, key="u2", actor=SHOPPER)


def test_the_only_line_is_not_removed(order: Order) -> None:
    with pytest.raises(Cannot, match="Cancel the order instead"):
        ask(order, Kind.REMOVE, line=first(order))


def test_an_address_abroad_is_for_a_colleague(order: Order) -> None:
    home = ask(order, Kind.ADDRESS, ship_to={**order.ship_to, "line1": "Ahornweg 9", "postcode": "10117"})
    assert (home.state, order.ship_to["line1"], order.ship_postcode_key) == ("applied", "Ahornweg 9", "10117")
    abroad = ask(order, Kind.ADDRESS, ship_to={**order.ship_to, "country": "PL", "city": "Łódź"})
    assert (abroad.state, abroad.is_abroad, order.ship_country) == ("waiting", True, "DE")
    assert abroad.decision["doubts"] == ["other_country"]
    approve_change(change_id=abroad.pk, actor="staff:1")
    order.refresh_from_db()
    assert order.ship_country == "PL"


def test_a_rule_sends_dear_changes_to_a_colleague(order: Order) -> None:
    dear = {"fact": "change.total_after", "op": "more_than", "value": {"minor": 20000, "currency": "EUR"}}
    policy(approval_rule={"version": 1, "all": [dear]})
    assert ask(order, Kind.QUANTITY, line=first(order), quantity=3).state == "unpaid"
    withdraw_change(change_id=Change.objects.get().pk, actor=SHOPPER)
    change = ask(order, Kind.QUANTITY, line=first(order), quantity=5)
    assert (change.state, change.decision["revision"], change.decision["holds"]) == ("waiting", 1, True)
    assert change.decision["seen"][0]["seen"] is not None
    assert approve_change(change_id=change.pk, actor="staff:1").state == "unpaid"


def test_a_refusal_says_why_and_frees_the_stock(order: Order) -> None:
    policy(kinds={"quantity": "approval"})
    change = ask(order, Kind.QUANTITY, line=first(order), quantity=5)
    assert stock("apron-sand") == (10, 5)
    refuse_change(change_id=change.pk, reason="We keep these for the shop.", actor="staff:1")
    change.refresh_from_db()
    assert (change.state, change.answer, stock("apron-sand")) == (
        "refused",
        "We keep these for the shop.",
        (10, 2),
    )
    with pytest.raises(Cannot, match="decided in the meantime"):
        withdraw_change(change_id=change.pk, actor=SHOPPER)


def test_a_kind_may_be_off_for_shoppers_only(order: Order) -> None:
    policy(kinds={"quantity": "off"})
    with pytest.raises(Cannot, match="write to us"):
        ask(order, Kind.QUANTITY, line=first(order), quantity=1)
    assert ask(order, Kind.QUANTITY, line=first(order), quantity=1, actor="staff:1").state == "applied"


def test_todays_price_where_the_policy_says_so(order: Order) -> None:
    policy(price_basis="catalogue")
    Variant.objects.filter(sku="apron-sand").update(price_minor=5500)
    assert ask(order, Kind.QUANTITY, line=first(order), quantity=3).charge_minor == 5500


def test_after_the_window_only_staff_change(order: Order) -> None:
    Order.objects.update(changeable_until=clock.now())
    with pytest.raises(Cannot, match="time for changes is over"):
        ask(order, Kind.CANCEL)
    assert ask(order, Kind.QUANTITY, line=first(order), quantity=1, actor="staff:1").state == "applied"


def test_one_form_is_one_change(order: Order) -> None:
    one = ask(order, Kind.QUANTITY, key="k", line=first(order), quantity=1)
    assert ask(order, Kind.QUANTITY, key="k", line=first(order), quantity=1) == one
    with pytest.raises(Cannot, match="sent before"):
        ask(order, Kind.CANCEL, key="k")
    assert order.refunded_minor == 4900


def test_who_looked_at_an_older_order_looks_again(order: Order) -> None:
    seen = basket_of(order).digest
    ask(order, Kind.QUANTITY, line=first(order), quantity=1)
    with pytest.raises(Cannot, match="changed in the meantime"):
        ask_change(order_id=order.pk, kind="cancel", wish={}, key="other tab", actor=SHOPPER, seen=seen)


def test_a_held_order_is_not_sent_unless_released(order: Order) -> None:
    with pytest.raises(Refused, match="held until"):
        fulfil_order(order_id=order.pk, key="f", actor="staff:1")
    change = ask(order, Kind.QUANTITY, line=first(order), quantity=4)
    fulfil_order(order_id=order.pk, key="f", actor="staff:1", releases_hold=True)
    change.refresh_from_db()
    assert (change.state, change.answer_code, stock("apron-sand")) == ("refused", "closed", (8, 0))
    pay(order, 9800)
    assert (order.refunded_minor, order.total_minor) == (9800, 10290)
    with pytest.raises(Cannot, match="sent already"):
        ask(order, Kind.CANCEL)
    assert_stock_is_its_movements()


def test_a_hold_ends_by_the_clock_or_by_hand() -> None:
    order = make_order(change_minutes=30)
    now = clock.now()
    assert order.is_held(now)
    assert not order.is_held(now + timedelta(minutes=31))
    assert not Order.objects.not_held(now).exists()
    assert Order.objects.not_held(now + timedelta(minutes=31)).get() == order
    release_order(order_id=order.pk, actor="staff:1")
    hold_order(order_id=order.pk, reason="Payment looks odd", actor="staff:1")
    with pytest.raises(Refused, match="Payment looks odd"):
        fulfil_order(order_id=order.pk, key="f", actor="staff:1")
    assert Order.objects.held(now + timedelta(days=9)).get() == order
    release_order(order_id=order.pk, actor="staff:1", reason="All well")
    assert fulfil_order(order_id=order.pk, key="f", actor="staff:1")
    assert told(order)[-4:] == ["OrderReleased", "OrderHeld", "OrderReleased", "OrderFulfilled"]


def test_marketplace_orders_have_no_window() -> None:
    market = make_channel("market", kind=Channel.Kind.MARKETPLACE)
    order = make_order(channel=market, change_minutes=None)
    assert order.changeable_until is None
    assert make_order(change_minutes=None).changeable_until is not None


def test_cancelling_by_a_colleague_closes_what_was_asked(order: Order) -> None:
    change = ask(order, Kind.QUANTITY, line=first(order), quantity=4)
    cancel_order(order_id=order.pk, reason="", actor="staff:1")
    change.refresh_from_db()
    assert (change.state, stock("apron-sand")) == ("refused", (10, 0))
