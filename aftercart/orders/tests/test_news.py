"""What becomes of an order is told once, together where it belongs together, and not when it is past."""

from __future__ import annotations

import pytest

from aftercart.kernel.journal.publish import publish
from aftercart.kernel.journal.testing import hear_everything
from aftercart.kernel.outbox.models import Effect
from aftercart.kernel.work.models import Job
from aftercart.messaging.models import Notice
from aftercart.messaging.testing import deliver_messages, part, tell_now
from aftercart.orders.actions import (
    cancel_order,
    fulfil_order,
    record_payment,
    record_payment_failure,
    refund_order,
)
from aftercart.orders.events import OrderChanged
from aftercart.orders.models import Order
from aftercart.orders.testing import make_order
from aftercart.stores.testing import make_merchant

pytestmark = pytest.mark.django_db
LISTENERS = (
    "orders.note_failed_payment",
    "orders.note_cancellation",
    "orders.note_change",
    "orders.note_refund",
)


def told() -> list[str]:
    """Hear, tell and deliver everything; subject and text of each mail."""
    hear_everything(*LISTENERS)
    tell_now()
    return [f"{mail['subject']}\n{part(mail, 'plain')}" for mail in deliver_messages()]


def change(order: Order, *fields: str, actor: str = "staff:1") -> None:
    """The order is changed."""
    event = OrderChanged(
        order_id=order.pk,
        customer_id=order.customer_id,
        channel_id=order.channel_id,
        number=order.number,
        fields=fields,
    )
    publish(event, actor=actor)


def decline(order: Order) -> None:
    """A card is declined."""
    record_payment_failure(order_id=order.pk, method="card", reason="declined", actor="test")


def test_a_declined_payment_waits_for_a_second_try() -> None:
    make_merchant()
    order = make_order(number="T1", is_paid=False)
    decline(order)
    hear_everything(*LISTENERS)
    (job,) = Job.objects.filter(name="messaging.tell")
    (notice,) = Notice.objects.all()
    assert 14 * 60 < (job.run_at - notice.created_at).total_seconds() <= 15 * 60
    record_payment(order_id=order.pk, amount_minor=order.total_minor, method="card", key="p1", actor="test")
    assert told() == []
    notice.refresh_from_db()
    assert notice.reason == "it was paid since"


def test_a_declined_payment_is_told_once_a_day() -> None:
    order = make_order(number="T1", is_paid=False)
    for _ in range(3):
        decline(order)
    (mail,) = told()
    assert mail.startswith("Your payment for order T1 did not go through")
    assert "€78.90" in mail
    decline(order)
    assert told() == []


def test_it_is_not_told_when_paid_just_before_it_leaves() -> None:
    order = make_order(is_paid=False)
    decline(order)
    hear_everything(*LISTENERS)
    tell_now()
    record_payment(order_id=order.pk, amount_minor=order.total_minor, method="card", key="p1", actor="test")
    assert deliver_messages() == []
    assert Effect.objects.get(state="stale").last_error == "no longer true: it was paid since"


def test_a_cancellation_tells_its_refund_in_the_same_mail() -> None:
    order = make_order(number="T1")
    cancel_order(order_id=order.pk, reason="changed my mind", actor="shopper:1")
    refund_order(order_id=order.pk, amount_minor=order.total_minor, key="r1", actor="staff:1")
    (mail,) = told()
    assert mail.startswith("Order T1 is cancelled")
    assert "Refunded: €78.90" in mail
    assert "changed my mind" not in mail
    assert "We give back" not in mail
    assert set(Notice.objects.values_list("state", flat=True)) == {"said"}


def test_a_cancellation_says_that_money_will_come() -> None:
    order = make_order(number="T1")
    cancel_order(order_id=order.pk, reason="", actor="shopper:1")
    (mail,) = told()
    assert "We give back what you paid" in mail
    refund_order(order_id=order.pk, amount_minor=order.total_minor, key="r1", actor="staff:1")
    (mail,) = told()
    assert mail.startswith("Your refund for order T1")
    assert "everything you paid" in mail


def test_the_rest_of_an_order() -> None:
    order = make_order(number="T1", is_paid=False)
    line = order.lines.first()
    assert line is not None
    fulfil_order(order_id=order.pk, quantities_by_line={line.pk: 1}, key="f1", actor="test")
    cancel_order(order_id=order.pk, reason="", actor="staff:1")
    (mail,) = told()
    assert mail.startswith("Part of order T1 is cancelled")
    assert "2 × Oak spoon" in mail
    assert "Linen apron" not in mail


def test_refunds_of_the_same_minutes_are_added_up() -> None:
    order = make_order(number="T1")
    refund_order(order_id=order.pk, amount_minor=1000, key="r1", actor="staff:1")
    refund_order(order_id=order.pk, amount_minor=250, key="r2", actor="staff:1")
    (mail,) = told()
    assert "Refunded: €12.50" in mail
    assert "a part of what you paid" in mail
    assert told() == []


def test_changes_are_told_in_the_shoppers_words() -> None:
    order = make_order(number="T1", language="pl")
    change(order, "ship_to", "tags")
    change(order, "lines", "ship_to")
    (mail,) = told()
    assert mail.startswith("Zmiana w zamówieniu T1")
    assert mail.count("Adres dostawy") == 1
    assert "Produkty" in mail


def test_what_no_shopper_cares_about_is_not_told() -> None:
    order = make_order()
    change(order, "tags", "updated_at")
    change(order, "ship_to", actor="import:3")
    change(order, "ship_to", actor="token:3")
    assert told() == []
    assert not Notice.objects.exists()


def test_a_change_of_an_order_that_was_cancelled_since() -> None:
    order = make_order(number="T1")
    change(order, "ship_to")
    hear_everything(*LISTENERS)
    tell_now()
    cancel_order(order_id=order.pk, reason="", actor="shopper:1")
    (mail,) = told()
    assert mail.startswith("Order T1 is cancelled")
    assert Effect.objects.get(state="stale").last_error == "no longer true: the order was cancelled since"
