"""Parcels and their scans over the API, and what happened to an order."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Router, Schema, Status
from pydantic import Field

from aftercart.kernel.api.cursors import MOST, Cursor, Limit, Page, page_of
from aftercart.kernel.api.idempotency import once
from aftercart.kernel.api.problems import Problem
from aftercart.kernel.api.types import Body, Id, IdNamed, Key, Line, Moment, Quantity, Short, Stamp
from aftercart.kernel.journal.models import Entry
from aftercart.orders.models import Fulfilment, Order
from aftercart.orders.rules import Refused
from aftercart.stores.tokens import TokenRequest, need, within_token
from aftercart.tracking.actions import record_scan, register_parcel
from aftercart.tracking.models import Parcel, Scan

router = Router(tags=["Parcels"])
StatusName = Literal[
    "pending",
    "info_received",
    "in_transit",
    "out_for_delivery",
    "delivered",
    "attempt_failed",
    "available_for_pickup",
    "exception",
    "returning",
    "returned_to_sender",
    "lost",
    "cancelled",
    "expired",
]


ReasonName = Literal[
    "",
    "address",
    "refused",
    "damaged",
    "customs",
    "payment_due",
    "weather",
    "capacity",
    "missing",
    "restricted",
    "other",
]


class ParcelLineShown(Schema):
    """How many of a line are in a parcel."""

    line_id: int
    quantity: int


class ParcelShown(Schema):
    """A parcel; its status follows from the newest scan."""

    id: int
    order_id: int
    fulfilment_id: int | None
    replaced_by_id: int | None
    direction: str
    carrier: str
    carrier_code: str
    tracking_number: str
    tracking_url: str
    status: str
    status_at: Stamp
    reason: str
    heard_at: Stamp | None
    shipped_at: Stamp | None
    delivered_at: Stamp | None
    lines: list[ParcelLineShown]


class ParcelPage(Page):
    """A page of parcels."""

    items: list[ParcelShown]


class ScanShown(Schema):
    """One thing a carrier said."""

    id: int
    status: str
    reason: str
    source: str
    raw_code: str
    message: str
    place: str
    occurred_at: Stamp
    recorded_at: Stamp


class ParcelLineBody(Body):
    """Some pieces of a line."""

    line_id: IdNamed
    quantity: Quantity


class ParcelBody(Body):
    """A parcel of an order. Without ``lines`` it holds what its fulfilment holds. ``key`` makes it once."""

    order_id: IdNamed
    key: Key
    fulfilment_id: IdNamed | None = None
    carrier: Annotated[Short, Field(max_length=80)] = ""
    tracking_number: Annotated[Short, Field(max_length=80)] = ""
    tracking_url: Annotated[Line, Field(pattern=r"^(https?://[^\s]{1,280})?$")] = ""
    lines: list[ParcelLineBody] | None = Field(default=None, max_length=500)
    shipped_at: Moment | None = None


class ScanBody(Body):
    """Something a carrier said; the same told twice is one."""

    status: StatusName
    reason: ReasonName = ""
    occurred_at: Moment
    message: Line = ""
    place: Short = ""


class HappenedShown(Schema):
    """One entry of the journal about an order."""

    id: int
    name: str
    actor: str
    occurred_at: Stamp
    facts: dict[str, Any]


class HappenedPage(Page):
    """A page of an order's story."""

    items: list[HappenedShown]


def _reached(request: TokenRequest) -> QuerySet[Parcel]:
    rows = within_token(Parcel.objects.all(), request, "order__channel_id")
    return rows.prefetch_related("lines")


def show_parcel(parcel: Parcel) -> ParcelShown:
    """A parcel as the API tells it."""
    names = [name for name in ParcelShown.model_fields if name != "lines"]
    lines = [ParcelLineShown(line_id=line.line_id, quantity=line.quantity) for line in parcel.lines.all()]
    return ParcelShown(**{name: getattr(parcel, name) for name in names}, lines=lines)


def show_scan(scan: Scan) -> ScanShown:
    """A scan as the API tells it."""
    return ScanShown.model_validate(scan, from_attributes=True)


def show_happened(entry: Entry) -> HappenedShown:
    """A journal entry as the API tells it."""
    return HappenedShown.model_validate(entry, from_attributes=True)


@router.get("/parcels", response=ParcelPage, summary="List parcels")
def list_parcels(
    request: HttpRequest,
    order_id: Id | None = None,
    tracking_number: Annotated[Short, Field(max_length=80)] = "",
    cursor: Cursor = "",
    limit: Limit = 50,
) -> object:
    """Parcels, newest first; of one order, or with one tracking number."""
    rows = _reached(need(request, "orders:read"))
    if order_id:
        rows = rows.filter(order_id=order_id)
    if tracking_number:
        rows = rows.filter(tracking_number=tracking_number.replace("\x00", ""))
    return page_of(rows, cursor=cursor, limit=limit, show=show_parcel)


@router.post("/parcels", response={201: ParcelShown}, summary="Register a parcel")
@once
def add_parcel(request: HttpRequest, body: ParcelBody) -> Status[ParcelShown]:
    """Make a parcel of an order known."""
    known = need(request, "orders:write")
    if not within_token(Order.objects.filter(pk=body.order_id), known).exists():
        raise Problem(
            422, "There is no such order for this token.", [("/order_id", "names no order of yours")]
        )
    fulfilment = None
    if body.fulfilment_id:
        fulfilment = Fulfilment.objects.filter(pk=body.fulfilment_id, order_id=body.order_id).first()
        if fulfilment is None:
            raise Problem(
                422, "The fulfilment is not of this order.", [("/fulfilment_id", "not of this order")]
            )
    lines = None if body.lines is None else _as_mapping(body.lines)
    try:
        parcel = register_parcel(
            order_id=body.order_id,
            key=f"api:{body.order_id}:{body.key}",
            actor=known.actor,
            carrier=body.carrier,
            tracking_number=body.tracking_number,
            tracking_url=body.tracking_url,
            fulfilment=fulfilment,
            quantities_by_line=lines,
            shipped_at=body.shipped_at,
        )
    except Refused as refusal:
        raise Problem(409, str(refusal)) from refusal
    return Status(201, show_parcel(parcel))


def _as_mapping(lines: list[ParcelLineBody]) -> dict[int, int]:
    """Line id to quantity; a line named twice adds up, as in a fulfilment."""
    wanted: dict[int, int] = {}
    for line in lines:
        wanted[line.line_id] = wanted.get(line.line_id, 0) + line.quantity
    return wanted


@router.get("/parcels/{parcel_id}", response=ParcelShown, summary="One parcel")
def get_parcel(request: HttpRequest, parcel_id: Id) -> object:
    """The parcel with this id."""
    return show_parcel(get_object_or_404(_reached(need(request, "orders:read")), pk=parcel_id))


@router.get("/parcels/{parcel_id}/events", response=list[ScanShown], summary="A parcel's scans")
def list_scans(request: HttpRequest, parcel_id: Id) -> object:
    """All that carriers said, newest first."""
    parcel = get_object_or_404(_reached(need(request, "orders:read")), pk=parcel_id)
    return [show_scan(scan) for scan in parcel.scans.all()[:MOST]]


@router.post("/parcels/{parcel_id}/events", response={201: ScanShown}, summary="Tell a scan")
@once
def add_scan(request: HttpRequest, parcel_id: Id, body: ScanBody) -> Status[ScanShown]:
    """Append what a carrier said: late, twice or out of order, all is taken."""
    known = need(request, "orders:write")
    parcel = get_object_or_404(_reached(known), pk=parcel_id)
    scan = record_scan(parcel_id=parcel.pk, actor=known.actor, source="api", **body.model_dump())
    return Status(201, show_scan(scan))


@router.get("/orders/{order_id}/events", response=HappenedPage, summary="An order's story", tags=["Orders"])
def list_happened(
    request: HttpRequest,
    order_id: Id,
    cursor: Cursor = "",
    limit: Limit = 50,
) -> object:
    """All that happened to an order and its parcels, newest first."""
    known = need(request, "orders:read")
    get_object_or_404(within_token(Order.objects.all(), known), pk=order_id)
    rows = Entry.objects.filter(subject=f"order:{order_id}")
    return page_of(rows, cursor=cursor, limit=limit, by="occurred_at", show=show_happened)
