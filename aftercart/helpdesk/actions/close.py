"""Ending a conversation and taking it up again."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from aftercart.helpdesk.actions.lock import circumstances, lock_ticket
from aftercart.helpdesk.events import TicketClosed, TicketReopened
from aftercart.helpdesk.models import Ticket
from aftercart.kernel import clock
from aftercart.kernel.journal.publish import publish


@transaction.atomic
def close_ticket(*, ticket_id: int, actor: str, now: datetime | None = None) -> Ticket:
    """Bring a conversation to its end: nobody waits any more. Closing it again tells nothing."""
    ticket = lock_ticket(ticket_id)
    if ticket.state == Ticket.State.CLOSED:
        return ticket
    ticket.state, ticket.closed_at = Ticket.State.CLOSED, now or clock.now()
    ticket.waiting_since = None
    ticket.save(update_fields=["state", "closed_at", "waiting_since"])
    publish(TicketClosed(**circumstances(ticket)), actor=actor, occurred_at=ticket.closed_at)
    return ticket


@transaction.atomic
def reopen_ticket(*, ticket_id: int, actor: str) -> Ticket:
    """Take a closed conversation up again; the customer waits if the last word was theirs."""
    ticket = lock_ticket(ticket_id)
    if ticket.state != Ticket.State.CLOSED:
        return ticket
    last = ticket.messages.exclude(kind="note").last()
    is_ours_to_answer = last is not None and last.kind == "customer"
    ticket.state = Ticket.State.OPEN
    ticket.closed_at = None
    ticket.waiting_since = last.sent_at if last and is_ours_to_answer else None
    ticket.save(update_fields=["state", "closed_at", "waiting_since"])
    publish(TicketReopened(**circumstances(ticket)), actor=actor)
    return ticket
