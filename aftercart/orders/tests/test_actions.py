"""State and journal after each action, and what twice, late and too much do."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db import IntegrityError, connection, transaction

from aftercart.customers.models import Customer
from aftercart.kernel.journal.models import Entry
from aftercart.orders.actions import cancel_order, fulfil_order, record_payment, refund_order
from aftercart.orders.models import Fulfilment, Line, Order, Refund
from aftercart.orders.rules import Refused
from aftercart.orders.testing import line, make_order


def story(order: Order) -> list[str]:
    return list(
        Entry.objects.filter(subject=f"order:{order.pk}").order_by("id").values_list("name", flat=True)
    )


@pytest.mark.django_db
def test_an_order_is_placed_once_per_number() -> None:
    first = make_order(number="A1")
    again = make_order(number="A1")
    assert again.pk == first.pk
    assert story(first) == ["OrderPlaced", "OrderPaid"]
    assert first.total_minor == 4900 + 2 * 1250 + 490
    assert Customer.objects.get(email_key="sam@shopper.example").orders_count == 1


@pytest.mark.django_db
def test_the_same_person_is_one_customer_whatever_the_case() -> None:
    make_order(email="Sam@Shopper.example")
    make_order(email="sam@shopper.example ")
    assert Customer.objects.get().orders_count == 2


@pytest.mark.django_db
def test_fulfilment_in_parts() -> None:
    order = make_order()
    spoons = order.lines.all()[1]
    fulfil_order(order_id=order.pk, key="f1", actor="staff:1", quantities_by_line={spoons.pk: 1})
    order.refresh_from_db()
    assert (order.fulfilment_state, order.state) == ("partial", "open")
    with pytest.raises(Refused, match="Only 1"):
        fulfil_order(order_id=order.pk, key="f2", actor="staff:1", quantities_by_line={spoons.pk: 2})
    fulfil_order(order_id=order.pk, key="f3", actor="staff:1")
    fulfil_order(order_id=order.pk, key="f3", actor="staff:1")
    order.refresh_from_db()
    assert (order.fulfilment_state, order.state) == ("fulfilled", "completed")
    assert story(order) == ["OrderPlaced", "OrderPaid", "OrderFulfilled", "OrderFulfilled"]


@pytest.mark.django_db
def test_cancelling_the_open_rest_and_the_whole() -> None:
    partly = make_order()
    apron = partly.lines.all()[0]
    fulfil_order(order_id=partly.pk, key="p1", actor="staff:1", quantities_by_line={apron.pk: 1})
    assert cancel_order(order_id=partly.pk, reason="sold out", actor="staff:1").state == "completed"
    whole = make_order()
    assert cancel_order(order_id=whole.pk, reason="changed my mind", actor="shopper:1").state == "cancelled"
    customer = Customer.objects.get()
    assert (customer.orders_count, customer.last_order_at) == (1, partly.placed_at)
    with pytest.raises(Refused):
        fulfil_order(order_id=whole.pk, key="w1", actor="staff:1")


@pytest.mark.django_db
def test_refunds_in_parts_never_exceed_what_was_paid() -> None:
    order = make_order()
    apron = order.lines.all()[0]
    refund_order(
        order_id=order.pk, amount_minor=4900, key="r1", actor="staff:1", quantities_by_line={apron.pk: 1}
    )
    refund_order(
        order_id=order.pk, amount_minor=4900, key="r1", actor="staff:1", quantities_by_line={apron.pk: 1}
    )
    order.refresh_from_db()
    assert (order.payment_state, order.refunded_minor) == ("partly_refunded", 4900)
    with pytest.raises(Refused):
        refund_order(order_id=order.pk, amount_minor=order.refundable_minor + 1, key="r2", actor="staff:1")
    with pytest.raises(Refused, match="0 of"):
        refund_order(
            order_id=order.pk, amount_minor=1, key="r3", actor="staff:1", quantities_by_line={apron.pk: 1}
        )
    refund_order(order_id=order.pk, amount_minor=order.refundable_minor, key="r4", actor="staff:1")
    order.refresh_from_db()
    assert order.payment_state == "refunded"


@pytest.mark.django_db
def test_late_money_for_a_cancelled_order_is_kept() -> None:
    order = make_order(is_paid=False)
    cancel_order(order_id=order.pk, reason="", actor="system")
    record_payment(
        order_id=order.pk, amount_minor=order.total_minor, method="bank", key="late", actor="system"
    )
    order.refresh_from_db()
    assert order.refundable_minor == order.total_minor


@pytest.mark.django_db
@pytest.mark.parametrize(
    "broken",
    [
        {"total_minor": 1},
        {"refunded_minor": 10_000_000},
        {"payment_state": "maybe"},
        {"state": "cancelled"},
        {"discount_minor": -1},
    ],
)
def test_the_database_refuses_impossible_orders(broken: dict[str, object]) -> None:
    order = make_order()
    with pytest.raises(IntegrityError), transaction.atomic():
        Order.objects.filter(pk=order.pk).update(**broken)


@pytest.mark.django_db
@pytest.mark.parametrize("broken", [{"fulfilled_quantity": 9}, {"quantity": 0}, {"total_minor": 7}])
def test_the_database_refuses_impossible_lines(broken: dict[str, object]) -> None:
    order = make_order()
    with pytest.raises(IntegrityError), transaction.atomic():
        Line.objects.filter(order=order, position=1).update(**broken)


def at_once(count: int, work: Callable[[int], None]) -> list[BaseException]:
    """Run ``work(0..count-1)`` in threads that start together; what they raised."""
    errors: list[BaseException] = []
    gate = threading.Barrier(count)

    def run(index: int) -> None:
        try:
            gate.wait()
            work(index)
        except BaseException as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(index,)) for index in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return errors


@pytest.mark.django_db(transaction=True)
def test_ten_refunds_at_once_stay_within_what_was_paid() -> None:
    order = make_order(lines=(line("Apron", 1, 900),), shipping_minor=100)

    def refund(index: int) -> None:
        refund_order(order_id=order.pk, amount_minor=300, key=f"r{index}", actor="staff:1")

    errors = at_once(10, refund)
    assert all(isinstance(error, Refused) for error in errors)
    assert (len(errors), Refund.objects.count()) == (7, 3)


@pytest.mark.django_db(transaction=True)
def test_cancel_and_send_at_once_gives_one_consistent_result() -> None:
    order = make_order()

    def race(index: int) -> None:
        if index % 2:
            cancel_order(order_id=order.pk, reason="", actor="shopper:1")
        else:
            fulfil_order(order_id=order.pk, key=f"f{index}", actor="staff:1")

    errors = at_once(6, race)
    assert len(errors) == 5
    assert all(isinstance(error, Refused) for error in errors)
    order.refresh_from_db()
    assert (order.state == "cancelled") == (Fulfilment.objects.count() == 0)


@pytest.mark.django_db(transaction=True)
def test_eight_posts_of_one_order_make_one() -> None:
    make_order(number="warm-up")

    def place(index: int) -> None:
        make_order(number="ONE")

    assert at_once(8, place) == []
    assert Order.objects.filter(number="ONE").count() == 1
    assert Customer.objects.get().orders_count == 2
