"""Settling a claim: the money goes back the way it was paid, or the goods as sent again; then it is done."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from aftercart.claims.actions.lock import circumstances, close_lines, lock_claim
from aftercart.claims.events import ClaimSettled
from aftercart.claims.models import Claim, Outcome, State
from aftercart.claims.rules import may_settle
from aftercart.kernel import clock
from aftercart.kernel.journal.publish import publish
from aftercart.orders.actions import give_back
from aftercart.orders.models import Refund


@transaction.atomic
def settle_claim(*, claim_id: int, actor: str, now: datetime | None = None) -> Claim:
    """Close a decided claim. A refund goes back the way it was paid, once, for the claimed pieces.

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
        key = f"claim:{claim.pk}"
        give_back(
            order_id=claim.order_id,
            amount_minor=claim.value_minor,
            key=key,
            actor=actor,
            reason=f"Problem {claim.pk}: {claim.get_kind_display().lower()}",
            quantities_by_line=dict(claim.lines.values_list("line_id", "quantity")),
        )
        # What goes through a provider becomes a refund of the order when it has gone: then there is none yet.
        claim.refund = Refund.objects.filter(order_id=claim.order_id, key__contains=f":{key}:record").first()
    claim.state, claim.settled_at = State.SETTLED, now
    claim.save(update_fields=["state", "settled_at", "refund"])
    close_lines(claim)
    event = ClaimSettled(**circumstances(claim), outcome=claim.outcome)
    publish(event, actor=actor, occurred_at=now, dedupe_key=f"claim-settled:{claim.pk}")
    return claim
