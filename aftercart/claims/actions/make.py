"""A shopper reports a problem: kept, and decided at once where the policy can."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from aftercart.claims.actions.decide import record_decision
from aftercart.claims.actions.lock import circumstances
from aftercart.claims.events import ClaimMade
from aftercart.claims.facts import YEAR
from aftercart.claims.models import Claim, ClaimLine, Kind, Outcome
from aftercart.claims.pieces import bought_lines, delivered_at, left_to_refund
from aftercart.claims.policy import policy_in_force, verdict
from aftercart.claims.rules import AlreadyClaimed, affordable, clean_text, may_claim, value_of
from aftercart.kernel import clock
from aftercart.kernel.journal.publish import publish
from aftercart.kernel.uploads.actions import keep_photos
from aftercart.orders.actions.lock import lock_order
from aftercart.orders.models import Order
from aftercart.orders.rules import Refused
from aftercart.tracking.models import Parcel

DAY = timedelta(days=1)


@transaction.atomic
def make_claim(
    *,
    order_id: int,
    kind: str,
    quantities_by_line: Mapping[int, int],
    key: str,
    actor: str,
    text: str = "",
    parcel_id: int | None = None,
    photos_of: str = "",
    trust: str = "lookup",
    visit: str = "",
    language: str = "en",
    now: datetime | None = None,
) -> Claim:
    """Keep what a shopper reports, with the photos of the draft ``photos_of``, and ask the policy.

    The same ``key`` (of at most 40 characters, chosen by the form) for the same order is one claim.

    ``visit`` names the look-up of a shopper who proved no more: nobody else who looks up reads the claim.

    Raises:
        AlreadyClaimed: when a piece is part of an open claim of this kind; it names that claim.
        Refused: when the kind is unknown, a line is not the order's, or more is claimed than was sent.
    """
    if kind not in Kind.values:
        raise Refused(f"{kind!r} is no kind of problem; use one of {', '.join(Kind.values)}.")
    now, text = now or clock.now(), clean_text(text)
    order = lock_order(order_id)
    key = f"{order.pk}:{key[:40]}"
    known = Claim.objects.filter(key=key).first()
    if known:
        return known
    claim = Claim.objects.create(
        **_checked(order, kind, quantities_by_line, _parcel(order, parcel_id, kind), now),
        kind=kind,
        text=text,
        language=language,
        trust=trust,
        visit=visit,
        key=key,
        made_at=now,
    )
    ClaimLine.objects.bulk_create(
        ClaimLine(claim=claim, line_id=line_id, quantity=quantity, kind=kind)
        for line_id, quantity in sorted(quantities_by_line.items())
    )
    if photos_of:
        claim.photos = len(keep_photos(draft=photos_of, subject=claim.subject, now=now))
        claim.save(update_fields=["photos"])
    _ask_the_policy(claim, actor=actor, now=now)
    return claim


def _checked(
    order: Order, kind: str, wanted: Mapping[int, int], parcel: Parcel | None, now: datetime
) -> dict[str, Any]:
    """The columns that follow from the order, once the pieces may be claimed."""
    lines = bought_lines(order)
    may_claim(lines, wanted)
    _refuse_twice(kind, wanted)
    came_at = delivered_at(order, wanted, parcel)
    return {
        "channel_id": order.channel_id,
        "order": order,
        "customer_id": order.customer_id,
        "parcel": parcel,
        "value_minor": value_of(
            lines,
            wanted,
            order_discount_minor=order.discount_minor,
            prices_include_tax=order.prices_include_tax,
        ),
        "currency": order.currency,
        "days_since_delivery": (now - came_at) // DAY if came_at else None,
        "claims_12m": _earlier(order, now),
    }


def _parcel(order: Order, parcel_id: int | None, kind: str) -> Parcel | None:
    if parcel_id is None:
        if kind == Kind.NOT_ARRIVED:
            raise Refused("Choose the parcel that did not arrive.")
        return None
    parcel = Parcel.objects.filter(order=order, pk=parcel_id).first()
    if parcel is None:
        raise Refused("This is not a parcel of the order.")
    if kind == Kind.NOT_ARRIVED and parcel.delivered_at is None:
        raise Refused("The carrier has not said that this parcel was delivered: it may still be on its way.")
    return parcel


def _refuse_twice(kind: str, wanted: Mapping[int, int]) -> None:
    open_line = ClaimLine.objects.filter(line_id__in=wanted, kind=kind, is_open=True).first()
    if open_line:
        raise AlreadyClaimed(open_line.claim_id)


def _earlier(order: Order, now: datetime) -> int:
    if order.customer_id is None:
        return 0
    return Claim.objects.filter(customer_id=order.customer_id, made_at__gt=now - YEAR).count()


def _ask_the_policy(claim: Claim, *, actor: str, now: datetime) -> None:
    said = verdict(claim, policy_in_force(), now=now)
    left = left_to_refund(claim.order, besides=claim)
    outcome = affordable(said.outcome, value_minor=claim.value_minor, left_minor=left)
    document = {**said.document, "outcome": outcome}
    if outcome != said.outcome:
        document["instead"] = (
            f"The rule says {said.outcome}; only {left} (minor units) of what was paid are left."
        )
    made = ClaimMade(
        **circumstances(claim),
        kind=claim.kind,
        currency=claim.currency,
        value_minor=claim.value_minor,
        photos=claim.photos,
        outcome=outcome,
    )
    publish(made, actor=actor, occurred_at=now, dedupe_key=f"claim-made:{claim.pk}")
    record_decision(
        claim,
        outcome=Outcome(outcome),
        actor="system",
        now=now,
        policy_version=said.version,
        rule=said.rule,
        document=document,
    )
