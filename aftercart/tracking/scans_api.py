"""Many scans at once over the API, taking a parcel back, and whose number it is."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Router, Schema, Status
from pydantic import Field

from aftercart.kernel.api.idempotency import once
from aftercart.kernel.api.problems import Problem
from aftercart.kernel.api.types import Body, Country, Id, IdNamed, Line, Short
from aftercart.orders.rules import Refused
from aftercart.stores.tokens import TokenRequest, need, within_token
from aftercart.tracking.actions import cancel_parcel, record_many
from aftercart.tracking.api import ParcelShown, ScanBody, show_parcel
from aftercart.tracking.matching import parcels_by_number
from aftercart.tracking.models import Parcel
from aftercart.tracking.numbers import recognise, tracking_page
from aftercart.tracking.ports import HeardScan

router = Router(tags=["Parcels"])


class NumberedScanBody(ScanBody):
    """A scan of a parcel named by ``parcel_id``, or by its tracking number."""

    parcel_id: IdNamed | None = None
    tracking_number: Annotated[Short, Field(max_length=80)] = ""


class ScansBody(Body):
    """Up to 500 scans."""

    scans: list[NumberedScanBody] = Field(min_length=1, max_length=500)


class RejectedScan(Schema):
    """A scan that was not taken: its place in the list, and why."""

    at: int
    says: str


class ScansTaken(Schema):
    """How many were new, how many had been told before, and which were not taken."""

    recorded: int
    known: int
    rejected: list[RejectedScan]


class CancellationBody(Body):
    """Why the parcel will not come, and which one comes in its place."""

    reason: Line = ""
    replaced_by_id: IdNamed | None = None


class CandidateShown(Schema):
    """A carrier whose number it may be: ``sure``, ``likely`` or ``possible``."""

    carrier_code: str
    carrier: str
    certainty: str
    tracking_url: str


@router.post("/scans", response={202: ScansTaken}, summary="Tell many scans")
@once
def add_scans(request: HttpRequest, body: ScansBody) -> Status[ScansTaken]:
    """Take scans of many parcels; those whose parcel is not known come back in ``rejected``."""
    known = need(request, "orders:write")
    ids, rejected = _parcels(known, body.scans), []
    told: dict[int, list[HeardScan]] = {}
    for at, (scan, parcel_id) in enumerate(zip(body.scans, ids, strict=True)):
        if parcel_id is None:
            rejected.append(RejectedScan(at=at, says="There is no such parcel for this token."))
        else:
            told.setdefault(parcel_id, []).append(_heard(scan))
    taken = record_many(told=told, actor=known.actor, source="api")
    return Status(202, ScansTaken(recorded=len(taken.new), known=taken.known, rejected=rejected))


def _heard(scan: NumberedScanBody) -> HeardScan:
    return HeardScan(**scan.model_dump(exclude={"parcel_id", "tracking_number"}))


def _parcels(known: TokenRequest, scans: list[NumberedScanBody]) -> list[int | None]:
    reached = within_token(Parcel.objects.all(), known, "order__channel_id")
    named = {scan.parcel_id for scan in scans if scan.parcel_id}
    ids = set(reached.filter(pk__in=named).values_list("pk", flat=True)) if named else set()
    numbers = parcels_by_number(reached, {scan.tracking_number for scan in scans if not scan.parcel_id})
    return [
        (scan.parcel_id if scan.parcel_id in ids else None)
        if scan.parcel_id
        else numbers.get(scan.tracking_number)
        for scan in scans
    ]


@router.post("/parcels/{parcel_id}/cancellation", response={200: ParcelShown}, summary="Take a parcel back")
@once
def cancel(request: HttpRequest, parcel_id: Id, body: CancellationBody) -> Status[ParcelShown]:
    """Say that a parcel will not come; doing it again changes nothing."""
    known = need(request, "orders:write")
    parcel = get_object_or_404(within_token(Parcel.objects.all(), known, "order__channel_id"), pk=parcel_id)
    try:
        cancel_parcel(
            parcel_id=parcel.pk,
            actor=known.actor,
            reason=body.reason,
            replaced_by_id=body.replaced_by_id,
        )
    except Refused as refusal:
        raise Problem(409, str(refusal)) from refusal
    parcel.refresh_from_db()
    return Status(200, show_parcel(parcel))


@router.get("/carriers/recognition", response=list[CandidateShown], summary="Whose number is it?")
def recognition(
    request: HttpRequest,
    tracking_number: Annotated[Short, Field(min_length=1, max_length=80)],
    country: Country = "",
) -> list[CandidateShown]:
    """The carriers whose number this may be, best first; ``country`` is where the parcel goes."""
    need(request, "orders:read")
    return [
        CandidateShown(
            carrier_code=found.carrier.code,
            carrier=found.carrier.name,
            certainty=found.certainty,
            tracking_url=tracking_page(
                carrier="", carrier_code=found.carrier.code, tracking_number=tracking_number, tracking_url=""
            ),
        )
        for found in recognise(tracking_number, country=country)
    ]
