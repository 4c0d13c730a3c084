"""Taking a claim's order and its own row before an invariant is checked, and what each of its events carries."""

from __future__ import annotations

from typing import TypedDict

from aftercart.claims.models import Claim, ClaimLine
from aftercart.orders.actions.lock import lock_order


class Circumstances(TypedDict):
    """The fields every event of a claim has."""

    claim_id: int
    order_id: int
    customer_id: int | None
    channel_id: int
    number: str


def lock_claim(claim_id: int) -> Claim:
    """The claim, its order's row locked before its own: whoever refunds takes them in the same order."""
    order_id = Claim.objects.values_list("order_id", flat=True).get(pk=claim_id)
    order = lock_order(order_id)
    claim = Claim.objects.select_for_update(of=("self",)).get(pk=claim_id)
    claim.order = order
    return claim


def circumstances(claim: Claim) -> Circumstances:
    """A claim's ids, ready for its events."""
    return {
        "claim_id": claim.pk,
        "order_id": claim.order_id,
        "customer_id": claim.customer_id,
        "channel_id": claim.channel_id,
        "number": claim.order.number,
    }


def close_lines(claim: Claim) -> None:
    """Let the pieces of a finished claim be reported again."""
    ClaimLine.objects.filter(claim=claim).update(is_open=False)
