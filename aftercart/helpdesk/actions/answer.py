"""A colleague's answer to the customer: once, and never past what was said in the meantime."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from aftercart.helpdesk.actions.lock import circumstances, lock_ticket
from aftercart.helpdesk.events import TicketAnswered, TicketAssigned, TicketClosed
from aftercart.helpdesk.models import Message, Ticket
from aftercart.helpdesk.rules import Overtaken, Said, clean_text, unseen
from aftercart.kernel import clock
from aftercart.kernel.journal.publish import publish
from aftercart.stores.models import StaffMember


@transaction.atomic
def answer_question(
    *,
    ticket_id: int,
    text: str,
    key: str,
    member: StaffMember,
    last_seen_id: int,
    closes: bool = False,
    now: datetime | None = None,
) -> Message:
    """Say something to the customer; the mail and their order page follow.

    ``last_seen_id`` is the newest message the writer had before their eyes (0 for none). An unassigned ticket
    becomes the writer's. The same ``key`` (at most 40 characters) for the same ticket is one answer.

    Raises:
        Refused: when the text is empty or too long.
        Overtaken: when somebody else said something after ``last_seen_id``.
    """
    text = clean_text(text)
    now = now or clock.now()
    actor = f"staff:{member.pk}"
    ticket = lock_ticket(ticket_id)
    key = f"answer:{ticket.pk}:{key[:40]}"
    known = Message.objects.filter(key=key).first()
    if known:
        return known
    _refuse_if_overtaken(ticket, last_seen_id, actor)
    message = Message.objects.create(
        ticket=ticket,
        kind=Message.Kind.STAFF,
        text=text,
        author_name=member.user.get_full_name(),
        actor=actor,
        key=key,
        sent_at=now,
    )
    _tell(ticket, message, actor)
    _restate(ticket, member, closes=closes, now=now)
    return message


def _refuse_if_overtaken(ticket: Ticket, last_seen_id: int, reader: str) -> None:
    said = [Said(message_id=m.pk, kind=m.kind, actor=m.actor) for m in ticket.messages.all()]
    if unseen(said, last_seen_id=last_seen_id, reader=reader):
        raise Overtaken("Something was said since you opened this. Read it, then send.")


def _tell(ticket: Ticket, message: Message, actor: str) -> None:
    waited = message.sent_at - ticket.waiting_since if ticket.waiting_since else None
    answered = TicketAnswered(
        **circumstances(ticket),
        message_id=message.pk,
        is_first=ticket.first_answered_at is None,
        waited_s=int(waited.total_seconds()) if waited else None,
    )
    key = f"ticket-answered:{message.pk}"
    publish(answered, actor=actor, occurred_at=message.sent_at, dedupe_key=key)


def _restate(ticket: Ticket, member: StaffMember, *, closes: bool, now: datetime) -> None:
    actor = f"staff:{member.pk}"
    was_closed = ticket.state == Ticket.State.CLOSED
    ticket.first_answered_at = ticket.first_answered_at or now
    ticket.last_message_at, ticket.waiting_since = now, None
    if closes or was_closed:
        ticket.state, ticket.closed_at = Ticket.State.CLOSED, now
    else:
        ticket.state = Ticket.State.PENDING
    if ticket.assignee_id is None:
        ticket.assignee = member
        publish(TicketAssigned(**circumstances(ticket), assignee_id=member.pk), actor=actor, occurred_at=now)
    if closes and not was_closed:
        publish(TicketClosed(**circumstances(ticket)), actor=actor, occurred_at=now)
    fields = ["state", "closed_at", "waiting_since", "first_answered_at", "last_message_at", "assignee"]
    ticket.save(update_fields=fields)
