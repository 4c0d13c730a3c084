"""Mails about a claim: that it arrived, and each decision. Each once."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from aftercart.claims.models import Claim, ClaimDecision
from aftercart.messaging.actions import recipient, send_message
from aftercart.orders.permissions import order_page_path


@transaction.atomic
def mail_receipt(*, claim_id: int, actor: str) -> bool:
    """Tell a shopper that a person looks at their report; whether this call did."""
    claim = _claim(claim_id)
    return _send(
        claim,
        "claim_received",
        {**_context(claim), "text": claim.text},
        key=f"claim-received:{claim.pk}",
        actor=actor,
    )


@transaction.atomic
def mail_decision(*, decision_id: int, actor: str) -> bool:
    """Tell a shopper what was decided; whether this call did."""
    decision = ClaimDecision.objects.get(pk=decision_id)
    claim = _claim(decision.claim_id)
    context = {
        **_context(claim),
        "outcome": decision.outcome,
        "amount": {"minor": claim.value_minor, "currency": claim.currency},
        "answer": decision.words,
    }
    return _send(claim, "claim_decided", context, key=f"claim-decided:{decision.pk}", actor=actor)


def _claim(claim_id: int) -> Claim:
    return Claim.objects.select_related("order__customer").get(pk=claim_id)


def _context(claim: Claim) -> dict[str, Any]:
    rows = claim.lines.select_related("line__variant__product").order_by("line__position")
    token = order_page_path(claim.order_id).removeprefix("/o/").removesuffix("/")
    path = reverse("order-problem-report", args=[token, claim.pk])
    order = claim.order
    return {
        "name": str(order.ship_to.get("name") or (order.customer.name if order.customer else "")),
        "number": order.number,
        "kind": claim.kind,
        "pieces": [f"{row.quantity} × {row.line.title_in(claim.language)}" for row in rows],
        "claim_url": f"{settings.BASE_URL}{path}",
    }


def _send(claim: Claim, kind: str, context: dict[str, Any], *, key: str, actor: str) -> bool:
    """To the order's own address: the link in the mail opens the order, so nobody else may have it."""
    to = recipient(claim.order.email, context["name"])
    if to is None:
        return False
    effect = send_message(
        kind=kind,
        to=to,
        language=claim.language,
        context=context,
        key=key,
        channel_id=claim.channel_id,
        customer_id=claim.customer_id,
        subject=claim.subject,
        actor=actor,
    )
    return effect is not None
