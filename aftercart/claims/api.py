"""The API's doors to problems: reading them. Photos stay on the desk and the order page."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import FilterSchema, Query, Router, Schema

from aftercart.claims.models import Claim
from aftercart.kernel.api.cursors import Cursor, Limit, Page, page_of
from aftercart.kernel.api.types import Id, Moment, Short, Stamp
from aftercart.stores.tokens import TokenRequest, need, within_token

router = Router(tags=["Problems"])
SCOPE = "claims:read"
APART = {"channel", "number", "lines", "policy_version", "rule"}


class ClaimFilter(FilterSchema):
    """Which problems to list."""

    channel: Short = ""
    order_id: Id | None = None
    customer_id: Id | None = None
    state: Literal["waiting", "decided", "settled", "declined"] | None = None
    kind: Literal["damaged", "missing", "wrong", "not_arrived"] | None = None
    made_since: Moment | None = None
    made_before: Moment | None = None

    def applied(self, rows: QuerySet[Claim]) -> QuerySet[Claim]:
        """The rows that fit."""
        wanted: dict[str, str | int | datetime | None] = {
            "channel__slug": self.channel or None,
            "order_id": self.order_id,
            "customer_id": self.customer_id,
            "state": self.state,
            "kind": self.kind,
            "made_at__gte": self.made_since,
            "made_at__lt": self.made_before,
        }
        return rows.filter(**{name: value for name, value in wanted.items() if value is not None})


class ClaimLineShown(Schema):
    """Pieces of an order's line."""

    line_id: int
    sku: str
    title: str
    quantity: int


class ClaimShown(Schema):
    """A problem as it stands. ``policy_version`` and ``rule`` say what the policy decided by, at first."""

    id: int
    channel: str
    order_id: int
    number: str
    customer_id: int | None
    parcel_id: int | None
    kind: str
    state: str
    outcome: str
    text: str
    language: str
    value_minor: int
    currency: str
    photos: int
    days_since_delivery: int | None
    claims_12m: int
    refund_id: int | None
    policy_version: int | None
    rule: str
    made_at: Stamp
    decided_at: Stamp | None
    settled_at: Stamp | None
    lines: list[ClaimLineShown]


class ClaimPage(Page):
    """A page of problems."""

    items: list[ClaimShown]


def show_claim(claim: Claim) -> ClaimShown:
    """A claim as the API tells it (its channel, order, lines and decisions loaded)."""
    names = [name for name in ClaimShown.model_fields if name not in APART]
    first = next(iter(claim.decisions.all()), None)
    return ClaimShown(
        **{name: getattr(claim, name) for name in names},
        channel=claim.channel.slug,
        number=claim.order.number,
        policy_version=first.policy_version if first else None,
        rule=first.rule if first else "",
        lines=[
            ClaimLineShown(line_id=row.line_id, sku=row.line.sku, title=row.line.title, quantity=row.quantity)
            for row in claim.lines.all()
        ],
    )


@router.get("", response=ClaimPage, summary="List problems")
def list_claims(
    request: HttpRequest, filters: Query[ClaimFilter], cursor: Cursor = "", limit: Limit = 50
) -> object:
    """Problems that shoppers reported, newest first."""
    rows = filters.applied(_reached(need(request, SCOPE)))
    return page_of(rows, cursor=cursor, limit=limit, by="made_at", show=show_claim)


@router.get("/{claim_id}", response=ClaimShown, summary="One problem")
def get_claim(request: HttpRequest, claim_id: Id) -> object:
    """The problem with this id."""
    return show_claim(get_object_or_404(_reached(need(request, SCOPE)), pk=claim_id))


def _reached(request: TokenRequest) -> QuerySet[Claim]:
    rows = within_token(Claim.objects.all(), request)
    return rows.select_related("channel", "order").prefetch_related("lines__line", "decisions")
