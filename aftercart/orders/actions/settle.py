"""What providers did, taken into the order's own records: once each, by listener and return page alike."""

from __future__ import annotations

from django.db import transaction

from aftercart.kernel import clock
from aftercart.kernel.journal.publish import publish
from aftercart.orders.actions.give_back import give_back
from aftercart.orders.actions.lock import lock_order
from aftercart.orders.actions.pay import record_payment
from aftercart.orders.actions.pay_state import restate_payment
from aftercart.orders.actions.refund import refund_order
from aftercart.orders.events import OrderRefundFailed
from aftercart.orders.models import Line, Order, Payment, Refund, State
from aftercart.orders.money import OURS, left_to_refund
from aftercart.payments.models import Charge
from aftercart.payments.models import Refund as ProviderRefund


@transaction.atomic
def take_payment(*, order_id: int, charge_id: int) -> Order:
    """Record what a charge has captured and the order does not know yet; then give back what is too much.

    Too much is all of it for a cancelled order, and what exceeds the total where two attempts were both paid.
    """
    order = lock_order(order_id)
    charge = Charge.objects.get(pk=charge_id)
    mine = Payment.objects.filter(order=order, key__startswith=f"{OURS}{charge.pk}:")
    new = charge.captured_minor - sum(mine.values_list("amount_minor", flat=True))
    if new < 1:
        return order
    record_payment(
        order_id=order.pk,
        amount_minor=new,
        method=charge.method,
        key=f"{OURS}{charge.pk}:{charge.captured_minor}",
        reference=charge.settled_reference or charge.reference or "",
        actor="system",
        paid_at=charge.captured_at,
    )
    order.refresh_from_db()
    wanted = 0 if order.state == State.CANCELLED else order.total_minor + order.asked_minor
    surplus = min(new, order.kept_minor - wanted, left_to_refund(order))
    if surplus > 0:
        give_back(
            order_id=order.pk,
            amount_minor=surplus,
            key=f"surplus:{charge.pk}:{charge.captured_minor}",
            actor="system",
            reason="Paid after the order was cancelled" if not wanted else "Paid twice",
        )
    return order


@transaction.atomic
def take_refund(*, order_id: int, refund_id: int) -> Refund | None:
    """Record a refund that a provider has made."""
    order = lock_order(order_id)
    made = ProviderRefund.objects.get(pk=refund_id)
    if made.state != ProviderRefund.State.SUCCEEDED:
        return None
    take_payment(order_id=order_id, charge_id=made.charge_id)
    return refund_order(
        order_id=order_id,
        amount_minor=made.amount_minor,
        key=f"{OURS}{made.pk}",
        actor=made.actor,
        reason=made.reason,
        quantities_by_line=_pieces(order, made),
        refunded_at=made.settled_at,
    )


@transaction.atomic
def take_refund_failure(*, order_id: int, refund_id: int) -> None:
    """Say that money did not go back; one that was recorded (the bank returned it) is taken out of the books."""
    order = lock_order(order_id)
    made = ProviderRefund.objects.get(pk=refund_id)
    recorded = Refund.objects.filter(order=order, key=f"{OURS}{made.pk}").first()
    if recorded is not None:
        _take_out(order, recorded)
    event = OrderRefundFailed(
        order_id=order.pk,
        customer_id=order.customer_id,
        channel_id=order.channel_id,
        number=order.number,
        currency=order.currency,
        amount_minor=made.amount_minor,
        reason=made.failure,
    )
    publish(event, dedupe_key=f"order-refund-failed:{made.pk}")


def _pieces(order: Order, made: ProviderRefund) -> dict[int, int]:
    """The pieces it is for, as far as they are not refunded otherwise by now: the money has gone, it is recorded."""
    lines = {line.pk: line for line in Line.objects.filter(order=order)}
    return {
        line_id: quantity
        for line_id, quantity in made.pieces
        if line_id in lines and quantity <= lines[line_id].quantity - lines[line_id].refunded_quantity
    }


def _take_out(order: Order, recorded: Refund) -> None:
    for line_id, quantity in recorded.lines:
        line = Line.objects.filter(order=order, pk=line_id).first()
        if line is not None:
            line.refunded_quantity = max(0, line.refunded_quantity - quantity)
            line.save(update_fields=["refunded_quantity"])
    order.refunded_minor -= recorded.amount_minor
    restate_payment(order)
    order.updated_at = clock.now()
    order.save(update_fields=["refunded_minor", "payment_state", "updated_at"])
    recorded.delete()
