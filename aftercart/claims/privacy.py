"""What this app knows of a person, hands out and forgets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from aftercart.claims.actions import erase_customer
from aftercart.claims.models import Claim, ClaimDecision, ClaimLine
from aftercart.kernel.privacy.registry import (
    Identifiers,
    Person,
    Sheet,
    Table,
    Treatment,
    personal_data,
)
from aftercart.kernel.privacy.rows import sheet
from aftercart.kernel.privacy.scrubbing import ERASED


def _identify(customer_id: int) -> Identifiers:
    claims = Claim.objects.filter(customer_id=customer_id).values_list("pk", flat=True)
    return Identifiers(subjects=frozenset(f"claim:{pk}" for pk in claims))


def _export(person: Person) -> Iterable[Sheet]:
    yield sheet(
        "problems",
        "The problems you reported; their photos are among the uploads.",
        Claim.objects.filter(customer_id=person.customer_id),
        *("id", "order__number", "kind", "state", "outcome", "text", "value_minor", "currency", "photos"),
        *("days_since_delivery", "claims_12m", "language", "made_at", "decided_at", "settled_at"),
    )
    yield sheet(
        "pieces",
        "What they were about.",
        ClaimLine.objects.filter(claim__customer_id=person.customer_id),
        *("claim_id", "line__sku", "line__title", "quantity"),
    )
    yield sheet(
        "decisions",
        "What was decided, by which rule, what it saw, and what colleagues noted.",
        ClaimDecision.objects.filter(claim__customer_id=person.customer_id),
        *("claim_id", "outcome", "policy_version", "rule", "document", "words", "note", "decided_at"),
    )


def _erase(person: Person) -> Mapping[str, int]:
    return erase_customer(customer_id=person.customer_id, blank=ERASED)


def _hinder(person: Person) -> Sequence[str]:
    """Someone who waits for money or goods must stay reachable until they have them."""
    waiting = Claim.objects.open().filter(customer_id=person.customer_id).order_by("pk")
    return [f"Problem {pk} is not settled yet." for pk in waiting.values_list("pk", flat=True)]


personal_data(
    app="claims",
    tables=[
        Table(
            model="claims.Claim",
            treatment=Treatment.PSEUDONYMISED,
            retention="kept until erased",
            reason="kinds, amounts and dates, for the figures; no words",
        ),
        Table(
            model="claims.ClaimDecision",
            treatment=Treatment.PSEUDONYMISED,
            retention="kept until erased",
            reason="what was decided and by which rule; no words",
        ),
        Table(
            model="claims.ClaimLine",
            treatment=Treatment.KEPT,
            retention="as long as the claim",
            reason="names nobody",
        ),
    ],
    identify=_identify,
    export=_export,
    erase=_erase,
    hinder=_hinder,
)
