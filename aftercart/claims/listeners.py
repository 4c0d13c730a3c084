"""What claims do when something happens: mails to the shopper."""

from __future__ import annotations

from aftercart.claims.actions.mail import mail_decision, mail_receipt
from aftercart.claims.events import ClaimDecided, ClaimMade
from aftercart.kernel.journal.listening import Recorded, on


@on(ClaimMade)
def acknowledge(recorded: Recorded[ClaimMade]) -> None:
    """Tell the shopper that a person looks at it; what the policy decided at once is told by its own mail."""
    if recorded.event.outcome == "ask":
        mail_receipt(claim_id=recorded.event.claim_id, actor="system")


@on(ClaimDecided)
def tell_decision(recorded: Recorded[ClaimDecided]) -> None:
    """Tell the shopper what they get."""
    mail_decision(decision_id=recorded.event.decision_id, actor=recorded.actor)
