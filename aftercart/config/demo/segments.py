"""A few segments a shop starts with: who comes back, who is about to be forgotten."""

from __future__ import annotations

from typing import Any

from aftercart.customers.actions import add_segment

ORDERS = "customer.orders"


def _placed(op: str, days: int) -> dict[str, Any]:
    return {"fact": "order.placed_at", "op": op, "value": {"days": days}}


SEGMENTS: dict[str, list[dict[str, Any]]] = {
    "Came back within 90 days": [
        {"count": ORDERS, "where": _placed("within_last", 90), "op": "at_least", "value": 2}
    ],
    "Regulars we have not seen for half a year": [
        {"count": ORDERS, "op": "at_least", "value": 3},
        {"fact": "customer.last_order_at", "op": "before_last", "value": {"days": 180}},
    ],
    "Bought once, two to three months ago": [
        {"fact": "customer.orders_count", "op": "is", "value": 1},
        {"some": ORDERS, "where": {"all": [_placed("before_last", 60), _placed("within_last", 90)]}},
    ],
    "Big spenders in euro": [
        {"sum": ORDERS, "of": "order.total", "op": "at_least", "value": {"minor": 50_000, "currency": "EUR"}},
        {"none": ORDERS, "where": {"fact": "order.payment_state", "op": "is", "value": "refunded"}},
    ],
}


def add_segments() -> None:
    """Make them."""
    for name, conditions in SEGMENTS.items():
        add_segment(name=name, rule={"version": 1, "all": conditions}, actor="system")
