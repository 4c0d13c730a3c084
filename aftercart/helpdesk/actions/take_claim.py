"""A problem that a shopper reported becomes a question on the desk, with everything said about it."""

from __future__ import annotations

from django.db import transaction

from aftercart.claims.models import Claim
from aftercart.helpdesk.actions.ask import ask_question
from aftercart.helpdesk.models import Message
from aftercart.helpdesk.rules import CLAIM


def claim_key(claim_id: int) -> str:
    """The key of the message that a claim became."""
    return f"claim-{claim_id}"


@transaction.atomic
def take_claim(*, claim_id: int, actor: str) -> Message:
    """The claim as the shopper's message in the order's conversation; once per claim.

    Its photos stay with the claim: the desk shows them beside the message.
    """
    claim = Claim.objects.get(pk=claim_id)
    return ask_question(
        order_id=claim.order_id,
        text=_told(claim),
        topic=CLAIM,
        key=claim_key(claim.pk),
        actor=actor,
        trust=claim.trust,
        visit=claim.visit,
        language=claim.language,
    )


def _told(claim: Claim) -> str:
    """In the shopper's language only what the shopper wrote; the rest is short and for the desk as well."""
    rows = claim.lines.select_related("line__variant__product").order_by("line__position")
    pieces = [f"{row.quantity} × {row.line.title_in(claim.language)}" for row in rows]
    parts = [", ".join(pieces), claim.text, f"📷 {claim.photos}" if claim.photos else ""]
    return "\n\n".join(part for part in parts if part)
