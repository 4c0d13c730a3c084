"""Where a change meets the money: asking for a difference, and sending one back."""

from __future__ import annotations

from aftercart.orders.actions.refund import refund_order
from aftercart.orders.models import Order


def ask_for(*, order: Order, amount_minor: int, key: str, actor: str) -> None:
    """Ask the shopper to pay a difference that ``order.due_minor`` holds already."""


def send_back(*, order: Order, amount_minor: int, key: str, reason: str, actor: str) -> None:
    """Give money back and bring the caller's order up to date with it."""
    refund_order(order_id=order.pk, amount_minor=amount_minor, key=key, reason=reason, actor=actor)
    order.refresh_from_db(fields=["refunded_minor", "payment_state"])
