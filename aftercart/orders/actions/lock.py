"""Taking an order's row before its invariant is checked."""

from __future__ import annotations

from typing import Any

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


def order_facts(order: Order) -> dict[str, Any]:
    """What every event of an order carries."""
    return {
        "order_id": order.pk,
        "customer_id": order.customer_id,
        "channel_id": order.channel_id,
        "number": order.number,
    }


def stock_reference(order_id: int) -> str:
    """Under what an order's pieces are set aside in stock."""
    return f"order:{order_id}"
