"""What the helpdesk does when something happens: mails to the customer, questions from elsewhere."""

from __future__ import annotations

from aftercart.guides.events import GuideFailed
from aftercart.helpdesk.actions import ask_about_guide
from aftercart.helpdesk.actions.mail import mail_answer, mail_receipt
from aftercart.helpdesk.events import TicketAnswered, TicketOpened
from aftercart.kernel.journal.listening import Recorded, on


@on(TicketOpened)
def acknowledge(recorded: Recorded[TicketOpened]) -> None:
    """Tell the customer that their question arrived; once per conversation, so that nobody is flooded."""
    mail_receipt(ticket_id=recorded.event.ticket_id, actor="system")


@on(TicketAnswered)
def deliver_answer(recorded: Recorded[TicketAnswered]) -> None:
    """Bring the customer their answer."""
    mail_answer(message_id=recorded.event.message_id, actor=recorded.actor)


@on(GuideFailed)
def take_up_guide(recorded: Recorded[GuideFailed]) -> None:
    """A guide did not help and the reader wrote why: that is a question about their order."""
    if recorded.event.has_words and recorded.event.order_id:
        ask_about_guide(outcome_id=recorded.event.outcome_id, actor=recorded.actor)
