"""Taking a ticket's row before its invariant is checked, and what each of its events carries."""

from __future__ import annotations

from typing import TypedDict

from aftercart.helpdesk.models import Ticket


class Circumstances(TypedDict):
    """The fields every event of a ticket has."""

    ticket_id: int
    order_id: int | None
    customer_id: int | None
    channel_id: int


def lock_ticket(ticket_id: int) -> Ticket:
    """The ticket, its row locked until the transaction ends (SQLite's transaction holds the whole file)."""
    return Ticket.objects.select_for_update().get(pk=ticket_id)


def circumstances(ticket: Ticket) -> Circumstances:
    """A ticket's ids, ready for its events."""
    return {
        "ticket_id": ticket.pk,
        "order_id": ticket.order_id,
        "customer_id": ticket.customer_id,
        "channel_id": ticket.channel_id,
    }
