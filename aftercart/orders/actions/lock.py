"""Taking an order's row before its invariant is checked."""

from __future__ import annotations

from aftercart.orders.models import Line, Order
from aftercart.orders.rules import Quantities


def lock_order(order_id: int) -> Order:
    """The order, its row locked until the transaction ends (SQLite's transaction holds the whole file)."""
    return Order.objects.select_for_update().get(pk=order_id)


def quantities(line: Line) -> Quantities:
    """A line's counts, as rules take them."""
    return Quantities(
        ordered=line.quantity, fulfilled=line.fulfilled_quantity, cancelled=line.cancelled_quantity
    )
