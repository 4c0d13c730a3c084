"""An internal note: for colleagues, never shown to the customer."""

from __future__ import annotations

from django.db import transaction

from aftercart.helpdesk.actions.lock import circumstances, lock_ticket
from aftercart.helpdesk.events import TicketNoted
from aftercart.helpdesk.models import Message
from aftercart.helpdesk.rules import clean_text
from aftercart.kernel import clock
from aftercart.kernel.journal.publish import publish
from aftercart.stores.models import StaffMember


@transaction.atomic
def note_ticket(*, ticket_id: int, text: str, key: str, member: StaffMember) -> Message:
    """Write a note among colleagues; the customer keeps waiting. The same ``key`` is one note.

    Raises:
        Refused: when the text is empty or too long.
    """
    text = clean_text(text)
    actor = f"staff:{member.pk}"
    ticket = lock_ticket(ticket_id)
    message, is_new = Message.objects.get_or_create(
        key=f"note:{ticket.pk}:{key[:40]}",
        defaults={
            "ticket": ticket,
            "kind": Message.Kind.NOTE,
            "text": text,
            "author_name": member.user.get_full_name(),
            "actor": actor,
            "sent_at": clock.now(),
        },
    )
    if is_new:
        publish(TicketNoted(**circumstances(ticket), message_id=message.pk), actor=actor)
    return message
