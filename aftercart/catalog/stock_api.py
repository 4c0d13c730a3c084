"""Stock over the API. SKUs stand in the query or body: they may hold any character."""

from __future__ import annotations

from typing import Annotated, Literal

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Router, Schema, Status
from pydantic import Field, model_validator

from aftercart.catalog.actions import StockRefused, adjust
from aftercart.catalog.models import StockLevel, Variant
from aftercart.kernel.api.cursors import Cursor, Limit, Page, page_of
from aftercart.kernel.api.idempotency import once
from aftercart.kernel.api.problems import Problem
from aftercart.kernel.api.types import Body, Short, Stamp
from aftercart.stores.tokens import need

router = Router(tags=["Stock"])
Change = Annotated[int, Field(ge=-(10**9), le=10**9, strict=True)]
Count = Annotated[int, Field(ge=0, le=10**9, strict=True)]


class StockShown(Schema):
    """A variant's stock. ``available`` is what can still be sold: on hand less set aside for orders."""

    id: int
    sku: str
    on_hand: int
    reserved: int
    available: int
    updated_at: Stamp


class StockPage(Page):
    """A page of stock."""

    items: list[StockShown]


class AdjustmentBody(Body):
    """``to`` is a new count, ``by`` adds or takes; one of them. A variant that was not tracked is from now on."""

    sku: Annotated[Short, Field(min_length=1)]
    reason: Literal["counted", "received", "damaged", "corrected"]
    to: Count | None = None
    by: Change | None = None
    note: Short = ""

    @model_validator(mode="after")
    def one_of_them(self) -> AdjustmentBody:
        """Raises: ValueError when both or neither are given."""
        if (self.to is None) == (self.by is None):
            raise ValueError("give either to or by")
        return self


def show(level: StockLevel) -> StockShown:
    """A level as the API tells it."""
    return StockShown(
        id=level.pk,
        sku=level.variant.sku,
        on_hand=level.on_hand,
        reserved=level.reserved,
        available=level.available,
        updated_at=level.updated_at,
    )


@router.get("", response=StockPage, summary="List stock")
def list_stock(request: HttpRequest, sku: Short = "", cursor: Cursor = "", limit: Limit = 50) -> object:
    """Stock of the variants that are tracked; of one with ``sku``."""
    need(request, "products:read")
    rows = StockLevel.objects.select_related("variant")
    return page_of(rows.filter(variant__sku=sku) if sku else rows, cursor=cursor, limit=limit, show=show)


@router.post("/adjustments", response={201: StockShown}, summary="Count or adjust stock")
@once
def add_adjustment(request: HttpRequest, body: AdjustmentBody) -> Status[StockShown]:
    """Adjust a variant's stock; what is set aside for orders must stay. Send an Idempotency-Key with ``by``."""
    known = need(request, "products:write")
    variant = get_object_or_404(Variant, sku=body.sku)
    try:
        level = adjust(
            variant_id=variant.pk,
            by=body.by or 0,
            to=body.to,
            reason=body.reason,
            note=body.note,
            actor=known.actor,
        )
    except StockRefused as refusal:
        raise Problem(409, str(refusal)) from refusal
    return Status(201, show(StockLevel.objects.select_related("variant").get(pk=level.pk)))
