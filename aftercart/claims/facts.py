"""What rules may ask about a claim, and about the claims of an order or a customer."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Count, Exists, IntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce

from aftercart.claims.models import OPEN_STATES, Claim, Kind, Outcome, State
from aftercart.customers.facts import customer
from aftercart.kernel.rules import (
    BOOLEAN,
    CHOICE,
    COUNTRY,
    DATETIME,
    MONEY,
    NUMBER,
    TEXT,
    Ask,
    Subject,
    collection,
    fact,
)
from aftercart.orders.facts import order

YEAR = timedelta(days=365)


def _open_claim(ask: Ask) -> Exists:  # noqa: ARG001 - a fact's shape
    return Exists(Claim.objects.filter(order_id=OuterRef("pk"), state__in=OPEN_STATES))


def _claims_12m(ask: Ask) -> Coalesce:
    """Claims the customer made in the 365 days before now."""
    made = Claim.objects.filter(
        customer_id=OuterRef("pk"), made_at__gt=ask.now - YEAR, made_at__lte=ask.now
    ).order_by()
    counted = made.values("customer_id").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted), 0, output_field=IntegerField())


claim = Subject("claim", label="Problem", many="problems", model=Claim)
fact(claim, "kind", CHOICE, "What happened", column="kind", choices=Kind.choices)
fact(claim, "value", MONEY, "Value of the pieces", column="value_minor", currency="currency")
fact(claim, "photos", NUMBER, "Number of photos", column="photos")
fact(
    claim,
    "days_since_delivery",
    NUMBER,
    "Days since delivery",
    column="days_since_delivery",
    help="Not known when no carrier said “delivered”.",
)
fact(
    claim,
    "claims_12m",
    NUMBER,
    "The customer's earlier problems in 12 months",
    column="claims_12m",
    help="Counted when it was reported, this one left out.",
)
fact(claim, "country", COUNTRY, "Ships to country", column="order__ship_country")
fact(claim, "language", TEXT, "Language", column="language")
fact(
    claim,
    "came_by",
    CHOICE,
    "Shopper came by",
    column="trust",
    choices=(
        ("link", "a mail's link"),
        ("code", "a code by mail"),
        ("lookup", "number and e-mail or postcode"),
    ),
    help="Number and postcode stand on the parcel's label: neighbours know them.",
)
fact(claim, "state", CHOICE, "State", column="state", choices=State.choices)
fact(claim, "outcome", CHOICE, "Outcome", column="outcome", choices=Outcome.choices)
fact(claim, "made_at", DATETIME, "Reported", column="made_at")
collection(claim, "order", of=order, key="pk", owner="order_id", label="Order", one="order", single=True)
collection(
    claim,
    "customer",
    of=customer,
    key="pk",
    owner="customer_id",
    label="Customer",
    one="customer",
    single=True,
)

fact(order, "open_claim", BOOLEAN, "Has an open problem", expression=_open_claim)
fact(
    customer,
    "claims_12m",
    NUMBER,
    "Problems reported in 12 months",
    expression=_claims_12m,
)
