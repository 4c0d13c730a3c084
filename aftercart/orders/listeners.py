"""What orders do when something happens: the confirmation leaves at once."""

from __future__ import annotations

from datetime import timedelta

from aftercart.kernel.journal.listening import Recorded, on
from aftercart.orders.actions.confirm import confirm_order
from aftercart.orders.events import OrderPaid, OrderPlaced
from aftercart.orders.models import Order

CONFIRMS_LATE = timedelta(days=7)


@on(OrderPlaced)
def confirm_placed_order(recorded: Recorded[OrderPlaced]) -> None:
    """Confirm an order as soon as it is placed, paid or with how to pay."""
    confirm_order(order_id=recorded.event.order_id, actor="system")


@on(OrderPaid)
def confirm_paid_order(recorded: Recorded[OrderPaid]) -> None:
    """Confirm an order whose first payment was declined when a later one came; never an imported one."""
    order = Order.objects.filter(pk=recorded.event.order_id, import_id__isnull=True).first()
    if order and recorded.occurred_at - order.placed_at <= CONFIRMS_LATE:
        confirm_order(order_id=order.pk, actor="system")
