"""Cancelling what has not left: the whole order, or the open rest of a partly sent one."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Max, Min

from aftercart.catalog.actions import release
from aftercart.customers.actions import uncount_order
from aftercart.kernel import clock
from aftercart.kernel.journal.publish import publish
from aftercart.orders.actions.end_change import close_open_changes
from aftercart.orders.actions.lock import lock_order, quantities, stock_reference
from aftercart.orders.events import OrderCancelled
from aftercart.orders.models import FulfilmentState, Line, Order, State
from aftercart.orders.money import about
from aftercart.orders.rules import fulfilment_state, may_cancel
from aftercart.payments.actions import cancel_charge
from aftercart.payments.models import Charge


@transaction.atomic
def cancel_order(*, order_id: int, reason: str, actor: str) -> Order:
    """Cancel everything of the order that is still open.

    An order of which nothing has left becomes ``cancelled``; a partly sent one loses its open rest and is
    ``completed``. What was set aside in stock is free again, and a change still open is refused. Money is
    given back by :func:`give_back`, never silently; attempts to pay a cancelled order are called off.

    Raises:
        Refused: when it is cancelled already, or everything has been sent.
    """
    order = lock_order(order_id)
    lines = list(Line.objects.filter(order=order).exclude(kind=Line.Kind.FEE))
    may_cancel(state=order.state, lines=[quantities(line) for line in lines])
    close_open_changes(order, actor=actor, code="cancelled")
    release(reference=stock_reference(order.pk), actor=actor)
    for line in lines:
        line.cancelled_quantity += line.open_quantity
    Line.objects.bulk_update(lines, ["cancelled_quantity"])
    is_full = not any(line.fulfilled_quantity for line in lines)
    _restate(order, lines, reason=reason, is_full=is_full)
    event = OrderCancelled(
        order_id=order.pk,
        customer_id=order.customer_id,
        channel_id=order.channel_id,
        number=order.number,
        reason=reason,
        is_full=is_full,
    )
    # An undone cancellation may be followed by another: the moment keeps them apart.
    publish(event, actor=actor, dedupe_key=f"order-cancelled:{order.pk}:{order.updated_at.timestamp()}")
    if is_full:
        for charge in Charge.objects.paying(about(order.pk)).open():
            cancel_charge(charge_id=charge.pk, actor=actor, reason="The order was cancelled.")
    return order


def _restate(order: Order, lines: list[Line], *, reason: str, is_full: bool) -> None:
    order.updated_at = clock.now()
    order.cancel_reason = reason
    if is_full:
        order.state, order.cancelled_at = State.CANCELLED, order.updated_at
        order.fulfilment_state = FulfilmentState.UNFULFILLED
    else:
        order.state = State.COMPLETED
        order.fulfilment_state = fulfilment_state(quantities(line) for line in lines)
    fields = ["state", "cancelled_at", "cancel_reason", "fulfilment_state", "updated_at"]
    order.save(update_fields=fields)
    if is_full and order.customer_id:
        others = Order.objects.filter(customer_id=order.customer_id).exclude(state=State.CANCELLED)
        span = others.aggregate(first=Min("placed_at"), last=Max("placed_at"))
        uncount_order(customer_id=order.customer_id, first_at=span["first"], last_at=span["last"])
