"""The payment axis that follows from an order's own figures."""

from __future__ import annotations

from aftercart.orders.models import Order, PaymentState
from aftercart.orders.rules import payment_state


def restate_payment(order: Order) -> None:
    """Set ``payment_state`` (unsaved): money that went back because the total fell counts as never paid."""
    settled = min(order.settled_minor, order.refunded_minor)
    state = payment_state(
        total=order.total_minor, paid=order.kept_minor, refunded=order.refunded_minor - settled
    )
    if state == PaymentState.PENDING and order.payment_state == PaymentState.FAILED and not order.paid_minor:
        return
    if order.state == "cancelled" and order.paid_minor and order.refunded_minor == order.paid_minor:
        state = PaymentState.REFUNDED
    order.payment_state = state
