"""Settling a claim: the money is recorded as given back, or the goods as sent again; then it is done."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from aftercart.claims.actions.lock import circumstances, close_lines, lock_claim
from aftercart.claims.events import ClaimSettled
from aftercart.claims.models import Claim, Outcome, State
from aftercart.claims.rules import may_settle
from aftercart.kernel import clock
from aftercart.kernel.journal.publish import publish
from aftercart.orders.actions import refund_order


@transaction.atomic
def settle_claim(*, claim_id: int, actor: str, now: datetime | None = None) -> Claim:
    """Close a decided claim. A refund is recorded on its order, once, for the claimed pieces.

    Settling twice is settling once.

    Raises:
        Refused: when nothing was decided, or the order's money or pieces have been given back meanwhile.
    """
    claim = lock_claim(claim_id)
    if claim.state == State.SETTLED:
        return claim
    may_settle(state=claim.state)
    now = now or clock.now()
    if claim.outcome == Outcome.REFUND:
        claim.refund = refund_order(
            order_id=claim.order_id,
            amount_minor=claim.value_minor,
            key=f"claim:{claim.pk}",
            actor=actor,
            reason=f"Problem {claim.pk}: {claim.get_kind_display().lower()}",
            quantities_by_line=dict(claim.lines.values_list("line_id", "quantity")),
            refunded_at=now,
        )
    claim.state, claim.settled_at = State.SETTLED, now
    claim.save(update_fields=["state", "settled_at", "refund"])
    close_lines(claim)
    event = ClaimSettled(**circumstances(claim), outcome=claim.outcome)
    publish(event, actor=actor, occurred_at=now, dedupe_key=f"claim-settled:{claim.pk}")
    return claim
