"""Factories for tests: Sam asks, through the real action."""

from __future__ import annotations

import itertools
from datetime import datetime

from aftercart.helpdesk.actions import ask_question
from aftercart.helpdesk.models import Ticket
from aftercart.orders.models import Order
from aftercart.orders.testing import make_order

_keys = itertools.count(1)


def make_question(
    text: str = "Where is my apron?",
    *,
    order: Order | None = None,
    topic: str = "where",
    now: datetime | None = None,
) -> Ticket:
    """A ticket that Sam opened (or went on with) from the order's page."""
    order = order or make_order()
    message = ask_question(
        order_id=order.pk,
        text=text,
        topic=topic,
        key=f"test-{next(_keys)}",
        actor=f"shopper:{order.customer_id}",
        trust="link",
        now=now,
    )
    message.ticket.refresh_from_db()
    return message.ticket
