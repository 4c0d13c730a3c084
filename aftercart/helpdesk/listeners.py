"""What the helpdesk does when something happens: mails to the customer, questions from elsewhere."""

from __future__ import annotations

from aftercart.claims.events import ClaimMade
from aftercart.guides.events import GuideFailed
from aftercart.helpdesk.actions import ask_about_guide
from aftercart.helpdesk.actions.mail import mail_answer, mail_receipt
from aftercart.helpdesk.actions.take_claim import take_claim
from aftercart.helpdesk.events import TicketAnswered, TicketOpened
from aftercart.helpdesk.rules import CLAIM
from aftercart.kernel.journal.listening import Recorded, on


@on(TicketOpened)
def acknowledge(recorded: Recorded[TicketOpened]) -> None:
    """Tell the customer that their question arrived; once per conversation, so that nobody is flooded."""
    if recorded.event.topic != CLAIM:  # whoever reported a problem has been told so
        mail_receipt(ticket_id=recorded.event.ticket_id, actor="system")


@on(ClaimMade)
def bring_to_the_desk(recorded: Recorded[ClaimMade]) -> None:
    """A problem that the policy leaves to a person waits in the inbox like any question."""
    if recorded.event.outcome == "ask":
        take_claim(claim_id=recorded.event.claim_id, actor=recorded.actor)


@on(TicketAnswered)
def deliver_answer(recorded: Recorded[TicketAnswered]) -> None:
    """Bring the customer their answer."""
    mail_answer(message_id=recorded.event.message_id, actor=recorded.actor)


@on(GuideFailed)
def take_up_guide(recorded: Recorded[GuideFailed]) -> None:
    """A guide did not help and the reader wrote why: that is a question about their order."""
    if recorded.event.has_words and recorded.event.order_id:
        ask_about_guide(outcome_id=recorded.event.outcome_id, actor=recorded.actor)
