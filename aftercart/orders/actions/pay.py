"""Money that came in: recorded once per provider reference."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from aftercart.kernel import clock
from aftercart.kernel.journal.publish import publish
from aftercart.orders.actions.apply_change import settle_paid_change
from aftercart.orders.actions.lock import lock_order
from aftercart.orders.actions.pay_state import restate_payment
from aftercart.orders.events import OrderPaid, OrderPaymentFailed
from aftercart.orders.models import Order, Payment, PaymentState
from aftercart.orders.rules import Refused


@transaction.atomic
def record_payment(
    *,
    order_id: int,
    amount_minor: int,
    method: str,
    key: str,
    actor: str,
    reference: str = "",
    paid_at: datetime | None = None,
) -> Payment:
    """Record money received, in minor units of the order's currency; the same ``key`` counts once.

    Late money for a cancelled order is recorded too: it is then refundable, never lost. A change that waited
    for it is done in the same transaction; money for one that is over goes back.

    Raises:
        Refused: when the amount is not positive, or the key was used for another amount or order.
    """
    if amount_minor < 1:
        raise Refused("A payment is more than nothing.")
    order = lock_order(order_id)
    known = Payment.objects.filter(key=key).first()
    if known:
        if (known.order_id, known.amount_minor) != (order_id, amount_minor):
            raise Refused("This payment key was used for another payment.")
        return known
    paid_at = paid_at or clock.now()
    payment = Payment.objects.create(
        order=order,
        key=key,
        method=method,
        reference=reference,
        amount_minor=amount_minor,
        paid_at=paid_at,
        actor=actor,
    )
    order.paid_minor += amount_minor
    order.payment_method = order.payment_method or method
    _restate(order)
    settle_paid_change(order, actor=actor)
    event = OrderPaid(
        order_id=order.pk,
        customer_id=order.customer_id,
        channel_id=order.channel_id,
        number=order.number,
        currency=order.currency,
        amount_minor=amount_minor,
        method=method,
        is_full=order.due_minor == 0,
    )
    publish(event, actor=actor, occurred_at=paid_at, dedupe_key=f"order-paid:{payment.pk}")
    return payment


@transaction.atomic
def record_payment_failure(*, order_id: int, method: str, reason: str, actor: str) -> Order:
    """Note that a payment was declined; an order that is paid stays paid."""
    order = lock_order(order_id)
    if order.payment_state in {PaymentState.PENDING, PaymentState.FAILED}:
        order.payment_state = PaymentState.FAILED
        order.updated_at = clock.now()
        order.save(update_fields=["payment_state", "updated_at"])
        event = OrderPaymentFailed(
            order_id=order.pk,
            customer_id=order.customer_id,
            channel_id=order.channel_id,
            number=order.number,
            method=method,
            reason=reason,
        )
        publish(event, actor=actor)
    return order


def _restate(order: Order) -> None:
    restate_payment(order)
    order.updated_at = clock.now()
    order.save(update_fields=["paid_minor", "payment_method", "payment_state", "updated_at"])
