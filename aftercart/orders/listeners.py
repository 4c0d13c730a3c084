"""What orders do when something happens: the confirmation leaves at once."""

from __future__ import annotations

from datetime import datetime, timedelta

from aftercart.kernel import clock
from aftercart.kernel.journal.listening import Recorded, on
from aftercart.orders.actions.confirm import confirm_order
from aftercart.orders.events import OrderPaid, OrderPlaced
from aftercart.orders.models import Order

CONFIRMS_LATE = timedelta(days=7)


@on(OrderPlaced)
def confirm_placed_order(recorded: Recorded[OrderPlaced]) -> None:
    """Confirm an order as soon as it is placed, paid or with how to pay; not one told of long after."""
    _confirm_if_recent(recorded.event.order_id, clock.now())


@on(OrderPaid)
def confirm_paid_order(recorded: Recorded[OrderPaid]) -> None:
    """Confirm an order whose first payment was declined when a later one came; never an imported one."""
    _confirm_if_recent(recorded.event.order_id, clock.now())


def _confirm_if_recent(order_id: int, now: datetime) -> None:
    """A store that brings its old orders over the interface must not write to everybody who ever bought."""
    recent = Order.objects.filter(import_id__isnull=True, placed_at__gte=now - CONFIRMS_LATE)
    if recent.filter(pk=order_id).exists():
        confirm_order(order_id=order_id, actor="system")
