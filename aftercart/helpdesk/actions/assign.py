"""Whose a ticket is."""

from __future__ import annotations

from django.db import transaction

from aftercart.helpdesk.actions.lock import circumstances, lock_ticket
from aftercart.helpdesk.events import TicketAssigned
from aftercart.helpdesk.models import Ticket
from aftercart.kernel.journal.publish import publish
from aftercart.orders.rules import Refused
from aftercart.stores.models import StaffMember
from aftercart.stores.permissions import sees_channel


@transaction.atomic
def assign_ticket(*, ticket_id: int, assignee_id: int | None, actor: str) -> Ticket:
    """Give a ticket to a colleague, or (none) back to everybody; giving it to the same again tells nothing.

    Raises:
        Refused: when the colleague does not work for the ticket's channel.
    """
    ticket = lock_ticket(ticket_id)
    if ticket.assignee_id == assignee_id:
        return ticket
    if assignee_id is not None:
        assignee = StaffMember.objects.get(pk=assignee_id)
        if not sees_channel(assignee, ticket.channel_id):
            raise Refused("They do not work for this channel.")
    ticket.assignee_id = assignee_id
    ticket.save(update_fields=["assignee"])
    publish(TicketAssigned(**circumstances(ticket), assignee_id=assignee_id), actor=actor)
    return ticket
