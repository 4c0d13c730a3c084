"""Deciding a claim: the policy at once, or a colleague; each decision is kept with its reasons."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from aftercart.claims.actions.lock import circumstances, close_lines, lock_claim
from aftercart.claims.events import ClaimDecided
from aftercart.claims.models import Claim, ClaimDecision, Outcome, State
from aftercart.claims.pieces import left_to_refund
from aftercart.claims.rules import clean_text, may_decide
from aftercart.kernel import clock
from aftercart.kernel.journal.publish import publish
from aftercart.kernel.money import format_minor
from aftercart.orders.rules import Refused


@transaction.atomic
def decide_claim(
    *, claim_id: int, outcome: str, actor: str, words: str = "", note: str = "", now: datetime | None = None
) -> Claim:
    """Say what the shopper gets; another outcome than before is a new decision, the same one is none.

    Raises:
        Refused: when the claim is settled or declined, a decline has no reason, or more would be given back
            than is left of what was paid.
    """
    claim = lock_claim(claim_id)
    words, note = clean_text(words), clean_text(note)
    if claim.outcome == outcome and claim.state in {State.DECIDED, State.DECLINED}:
        return claim
    may_decide(state=claim.state, outcome=outcome, words=words)
    left = left_to_refund(claim.order, besides=claim)
    if outcome == Outcome.REFUND and not 0 < claim.value_minor <= left:
        there = format_minor(max(0, left), claim.currency)
        raise Refused(f"Only {there} of what was paid can still be given back: choose another outcome.")
    record_decision(
        claim, outcome=Outcome(outcome), actor=actor, now=now or clock.now(), words=words, note=note
    )
    return claim


def record_decision(
    claim: Claim,
    *,
    outcome: Outcome,
    actor: str,
    now: datetime,
    policy_version: int | None = None,
    rule: str = "",
    document: dict[str, Any] | None = None,
    words: str = "",
    note: str = "",
) -> ClaimDecision:
    """Append a decision and move the claim by it; the caller holds the order's row."""
    decision = ClaimDecision.objects.create(
        claim=claim,
        outcome=outcome,
        policy_version=policy_version,
        rule=rule,
        document=document or {},
        words=words,
        note=note,
        actor=actor,
        decided_at=now,
    )
    if outcome == Outcome.ASK:
        return decision
    claim.state = State.DECLINED if outcome == Outcome.DECLINED else State.DECIDED
    claim.outcome, claim.decided_at = outcome, now
    claim.save(update_fields=["state", "outcome", "decided_at"])
    if claim.state == State.DECLINED:
        close_lines(claim)
    event = ClaimDecided(**circumstances(claim), decision_id=decision.pk, outcome=str(outcome), rule=rule)
    publish(event, actor=actor, occurred_at=now, dedupe_key=f"claim-decided:{decision.pk}")
    return decision
