"""Holding an order back, and letting it go: a colleague's word beside the change window's clock."""

from __future__ import annotations

from django.db import transaction

from aftercart.kernel import clock
from aftercart.kernel.journal.publish import publish
from aftercart.orders.actions.end_change import close_open_changes
from aftercart.orders.actions.lock import lock_order, order_facts
from aftercart.orders.events import OrderHeld, OrderReleased
from aftercart.orders.models import Order, State
from aftercart.orders.rules import Refused


@transaction.atomic
def hold_order(*, order_id: int, reason: str, actor: str) -> Order:
    """Hold an order until somebody releases it.

    Raises:
        Refused: when no reason is given, or nothing of the order is still to be sent.
    """
    order = lock_order(order_id)
    reason = reason.strip()[:200]
    if not reason:
        raise Refused("Say why the order is held.")
    if order.state != State.OPEN:
        raise Refused("Nothing of this order is still to be sent.")
    order.hold_reason, order.updated_at = reason, clock.now()
    order.save(update_fields=["hold_reason", "updated_at"])
    publish(OrderHeld(**order_facts(order), reason=reason), actor=actor)
    return order


@transaction.atomic
def release_order(*, order_id: int, actor: str, reason: str = "") -> Order:
    """Let an order go to the warehouse now: its change window ends, and a change still open is refused."""
    order = lock_order(order_id)
    if order.is_held(clock.now()):
        release_locked(order, actor=actor, reason=reason)
    return order


def release_locked(order: Order, *, actor: str, reason: str = "") -> None:
    """Release an order whose row the caller has locked."""
    now = clock.now()
    close_open_changes(order, actor=actor, code="closed")
    order.hold_reason = ""
    order.held_until = order.changeable_until = min(order.changeable_until or now, now)
    order.updated_at = now
    order.save(update_fields=["hold_reason", "held_until", "changeable_until", "updated_at"])
    publish(OrderReleased(**order_facts(order), reason=reason.strip()[:200]), actor=actor)
