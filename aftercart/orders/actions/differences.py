"""Where a change meets the money: asking for a difference, and sending one back."""

from __future__ import annotations

from aftercart.orders.actions.charge import charge_difference
from aftercart.orders.actions.give_back import give_back
from aftercart.orders.models import Order
from aftercart.orders.money import charges_of
from aftercart.payments.actions import cancel_charge


def ask_for(*, order: Order, amount_minor: int, key: str, actor: str) -> None:
    """Ask the shopper to pay a difference that the order's ``due_minor`` holds already (saved)."""
    charge_difference(order_id=order.pk, amount_minor=amount_minor, key=key, actor=actor)


def call_off(*, order: Order, actor: str) -> None:
    """Attempts to pay for a change that came to nothing; what is paid all the same goes back."""
    for charge in charges_of(order.pk):
        if charge.is_open:
            cancel_charge(charge_id=charge.pk, actor=actor, reason="The change was not made.")


def send_back(*, order: Order, amount_minor: int, key: str, actor: str) -> None:
    """Give money back, the way it came, and bring the caller's order up to date with it."""
    give_back(order_id=order.pk, amount_minor=amount_minor, key=key, actor=actor)
    order.refresh_from_db(fields=["refunded_minor", "payment_state"])
