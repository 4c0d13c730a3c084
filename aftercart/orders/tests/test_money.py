"""Paying an order through a provider and giving back through it: state, records, journal."""

from __future__ import annotations

import pytest

from aftercart.kernel.journal.testing import published
from aftercart.orders.actions import cancel_order, charge_difference, give_back, pay_order, record_payment
from aftercart.orders.models import Order, Payment, Refund
from aftercart.orders.rules import Refused
from aftercart.orders.testing import make_order
from aftercart.payments.actions import sync_charge
from aftercart.payments.models import Charge, Offer
from aftercart.payments.providers.sandbox import actions as books
from aftercart.payments.providers.sandbox.cards import BY_NUMBER
from aftercart.payments.testing import (
    DECLINES,
    REFUND_FAILS,
    REFUND_SLOW,
    SUCCEEDS,
    make_offer,
    settle_everything,
)

pytestmark = pytest.mark.django_db


def start(order: Order, key: str = "k", offer: Offer | None = None) -> Charge:
    return pay_order(order_id=order.pk, offer=offer or make_offer(), key=key, actor="shopper", return_url="/")


def use(charge: Charge, card: str) -> Charge:
    assert charge.reference
    books.pay(charge.reference, BY_NUMBER[card])
    return sync_charge(charge_id=charge.pk)


def paid_order(card: str = SUCCEEDS) -> Order:
    order = make_order(is_paid=False)
    use(start(order), card)
    settle_everything()
    order.refresh_from_db()
    return order


def test_an_order_is_paid_once_by_return_page_and_webhooks() -> None:
    order = paid_order()
    assert (order.payment_state, order.paid_minor) == ("paid", order.total_minor)
    assert Payment.objects.filter(order=order).count() == 1
    assert len(published("OrderPaid")) == 1


def test_a_decline_fails_the_payment_and_another_try_pays() -> None:
    order = make_order(is_paid=False)
    use(start(order, "one"), DECLINES)
    settle_everything()
    order.refresh_from_db()
    assert order.payment_state == "failed"
    use(start(order, "two"), SUCCEEDS)
    settle_everything()
    order.refresh_from_db()
    assert order.payment_state == "paid"


def test_two_attempts_both_paid_give_the_surplus_back() -> None:
    order = make_order(is_paid=False)
    first = start(order, "one")
    second = start(order, "two")
    assert Charge.objects.get(pk=first.pk).cancel_asked_at is not None
    use(first, SUCCEEDS)
    use(second, SUCCEEDS)
    settle_everything(rounds=12)
    order.refresh_from_db()
    assert order.paid_minor == 2 * order.total_minor
    assert order.refunded_minor == order.total_minor
    assert Refund.objects.get(order=order).reason == "Paid twice"


def test_money_that_comes_after_the_order_was_cancelled_goes_back() -> None:
    order = make_order(is_paid=False)
    charge = start(order)
    cancel_order(order_id=order.pk, reason="", actor="staff:1")
    use(charge, SUCCEEDS)
    settle_everything(rounds=12)
    order.refresh_from_db()
    assert (order.paid_minor, order.refunded_minor) == (order.total_minor, order.total_minor)
    assert published("PaymentCaptured")[0]["is_late"] is True


def test_giving_back_goes_through_the_provider_and_is_recorded_when_it_went() -> None:
    order = paid_order()
    line = order.lines.all()[0]
    given = give_back(
        order_id=order.pk, amount_minor=4900, key="r", actor="staff:1", quantities_by_line={line.pk: 1}
    )
    assert [(part.via, part.state) for part in given.parts] == [("sandbox", "pending")]
    order.refresh_from_db()
    assert order.refunded_minor == 0
    settle_everything()
    order.refresh_from_db()
    line.refresh_from_db()
    assert (order.refunded_minor, line.refunded_quantity) == (4900, 1)
    again = give_back(order_id=order.pk, amount_minor=4900, key="r", actor="staff:1")
    assert [(part.via, part.state, part.amount_minor) for part in again.parts] == [
        ("sandbox", "succeeded", 4900)
    ]
    with pytest.raises(Refused, match="another refund"):
        give_back(order_id=order.pk, amount_minor=1, key="r", actor="staff:1")


def test_giving_back_spreads_newest_first_and_records_what_was_paid_elsewhere() -> None:
    order = make_order(is_paid=False)
    record_payment(order_id=order.pk, amount_minor=1000, method="voucher", key="v", actor="test")
    use(start(order), SUCCEEDS)
    settle_everything()
    order.refresh_from_db()
    assert order.payment_state == "paid"
    given = give_back(order_id=order.pk, amount_minor=order.total_minor, key="all", actor="staff:1")
    assert [(part.via, part.amount_minor) for part in given.parts] == [
        ("sandbox", order.total_minor - 1000),
        ("", 1000),
    ]
    assert given.is_by_hand
    with pytest.raises(Refused, match="At most 0"):
        give_back(order_id=order.pk, amount_minor=1, key="more", actor="staff:1")
    settle_everything()
    order.refresh_from_db()
    assert order.payment_state == "refunded"


def test_a_refund_on_its_way_counts_as_gone_for_records_too() -> None:
    order = paid_order(REFUND_SLOW)
    give_back(order_id=order.pk, amount_minor=order.total_minor, key="a", actor="staff:1")
    with pytest.raises(Refused, match="At most 0"):
        give_back(order_id=order.pk, amount_minor=1, key="b", actor="staff:1")


def test_a_refund_that_fails_frees_the_amount_and_says_so() -> None:
    order = paid_order(REFUND_FAILS)
    give_back(order_id=order.pk, amount_minor=500, key="a", actor="staff:1")
    settle_everything()
    order.refresh_from_db()
    assert order.refunded_minor == 0
    told = published("OrderRefundFailed")
    assert [(one["amount_minor"], one["reason"]) for one in told] == [(500, "The bank sent the money back.")]
    assert Charge.objects.get().refundable_minor == order.total_minor


def test_a_difference_is_asked_for_once_and_never_more_than_is_due() -> None:
    order = make_order(is_paid=False)
    for _ in range(2):
        page = charge_difference(
            order_id=order.pk, amount_minor=500, key="c", actor="shopper", return_url="/o/x/"
        )
    assert page.path.startswith("/o/")
    assert page.path.endswith("/payment/?then=%2Fo%2Fx%2F")
    assert len(published("OrderPaymentRequested")) == 1
    with pytest.raises(Refused, match="are due"):
        charge_difference(order_id=order.pk, amount_minor=10**9, key="d", actor="shopper")
