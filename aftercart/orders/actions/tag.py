"""Tags on orders: words of the team's own, for filters and rules."""

from __future__ import annotations

from django.db import transaction

from aftercart.kernel import clock
from aftercart.kernel.journal.publish import publish
from aftercart.orders.actions.lock import lock_order, order_facts
from aftercart.orders.events import OrderTagged
from aftercart.orders.models import Order
from aftercart.orders.rules import Refused

MOST_TAGS = 30


@transaction.atomic
def tag_order(*, order_id: int, tag: str, actor: str, is_on: bool = True) -> Order:
    """Put a tag on an order, or take it off; what is so already changes and tells nothing.

    Raises:
        Refused: when the tag is empty or longer than 40 characters, or the order has too many.
    """
    order = lock_order(order_id)
    tag = tag.strip()
    if not tag or len(tag) > 40:
        raise Refused("A tag has between one and 40 characters.")
    if (tag in order.tags) == is_on:
        return order
    if is_on and len(order.tags) >= MOST_TAGS:
        raise Refused(f"An order has at most {MOST_TAGS} tags.")
    order.tags = [*order.tags, tag] if is_on else [known for known in order.tags if known != tag]
    order.updated_at = clock.now()
    order.save(update_fields=["tags", "updated_at"])
    publish(OrderTagged(**order_facts(order), tag=tag, is_on=is_on), actor=actor)
    return order
