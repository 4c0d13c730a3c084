"""Forgetting who claimed: amounts, kinds and dates stay for the figures, words go. Photos go with uploads."""

from __future__ import annotations

from django.db import transaction

from aftercart.claims.models import Claim, ClaimDecision

NAMES_NOBODY = ("policy", "rule", "outcome")


@transaction.atomic
def erase_customer(*, customer_id: int, blank: str) -> dict[str, int]:
    """Take the person's words out of their claims; gives the rows changed by table.

    What the rules saw may name the person (a rule can ask for a city), so only the outcome of it stays.
    """
    claims = Claim.objects.filter(customer_id=customer_id).exclude(text__in=["", blank])
    decisions = ClaimDecision.objects.filter(claim__customer_id=customer_id)
    return {
        "claims.Claim": claims.update(text=blank),
        "claims.ClaimDecision": sum(_erased(decision, blank) for decision in decisions),
    }


def _erased(decision: ClaimDecision, blank: str) -> bool:
    before = (decision.words, decision.note, decision.document)
    decision.words, decision.note = decision.words and blank, decision.note and blank
    decision.document = {name: decision.document[name] for name in NAMES_NOBODY if name in decision.document}
    if (decision.words, decision.note, decision.document) == before:
        return False
    decision.save(update_fields=["words", "note", "document"])
    return True
