"""What the pages behind an order's problems show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Prefetch, prefetch_related_objects
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language

from aftercart.claims.models import Claim, ClaimLine, ClaimQuerySet
from aftercart.claims.pieces import claimable
from aftercart.claims.portal_words import KINDS, KindWords, Standing, standing
from aftercart.kernel.links.digests import digest
from aftercart.kernel.money import format_minor
from aftercart.kernel.uploads.models import Upload
from aftercart.orders.models import Line, Order
from aftercart.orders.permissions import FROM_LOOKUP
from aftercart.tracking.models import Parcel, Scan

FRESH = timedelta(hours=36)
"""Carriers scan some parcels as delivered before they are: for so long the page says that it may still come."""


@dataclass(frozen=True, kw_only=True)
class Piece:
    """Pieces of a line that may be claimed."""

    line_id: int
    title: str
    detail: str
    image: str
    quantity: int


@dataclass(frozen=True, kw_only=True)
class Arrived:
    """A parcel that its carrier calls delivered, with where and when that was said."""

    parcel_id: int
    number: int
    carrier: str
    tracking_number: str
    at: datetime
    place: str
    said: str
    is_fresh: bool
    contents: list[Piece]


@dataclass(frozen=True, kw_only=True)
class ShownPhoto:
    """A photo and the addresses of its two sizes."""

    name: str
    href: str
    small: str


@dataclass(frozen=True, kw_only=True)
class ShownClaim:
    """A claim as its shopper sees it."""

    claim_id: int
    kind: KindWords
    standing: Standing
    at: datetime
    text: str
    answer: str
    pieces: list[Piece]
    photos: list[ShownPhoto]
    href: str


def load_lines(order: Order) -> None:
    """Fetch the order's lines with their products: three queries."""
    prefetch_related_objects([order], "lines__variant__product")


def pieces_of(order: Order) -> list[Piece]:
    """What was sent and not refunded, line by line (lines loaded with their products)."""
    language = get_language() or order.language
    return [
        _piece(line, claimable(line), language)
        for line in order.lines.all()
        if line.kind == Line.Kind.PRODUCT and claimable(line)
    ]


def arrived_parcels(order: Order, now: datetime) -> list[Arrived]:
    """The order's delivered parcels, numbered as on the order page."""
    parcels = order.parcels.order_by("created_at", "id").prefetch_related(
        Prefetch("scans", Scan.objects.order_by("-occurred_at", "-id")), "lines__line__variant__product"
    )
    language = get_language() or order.language
    return [
        _arrived(parcel, number, language, now)
        for number, parcel in enumerate(parcels, start=1)
        if parcel.delivered_at is not None
    ]


def _arrived(parcel: Parcel, number: int, language: str, now: datetime) -> Arrived:
    scan = next((scan for scan in parcel.scans.all() if scan.status == "delivered"), None)
    at = parcel.delivered_at or now
    packed = [(row.line, min(row.quantity, claimable(row.line))) for row in parcel.lines.all()]
    return Arrived(
        parcel_id=parcel.pk,
        number=number,
        carrier=parcel.carrier,
        tracking_number=parcel.tracking_number,
        at=at,
        place=scan.place if scan else "",
        said=scan.message if scan else "",
        is_fresh=now - at < FRESH,
        contents=[_piece(line, quantity, language) for line, quantity in packed if quantity],
    )


def _piece(line: Line, quantity: int, language: str) -> Piece:
    return Piece(
        line_id=line.pk,
        title=line.title_in(language),
        detail=line.variant.title if line.variant else "",
        image=line.picture,
        quantity=quantity,
    )


def shown_photos(uploads: Sequence[Upload], token: str) -> list[ShownPhoto]:
    """Photos with addresses behind the order's link."""
    return [
        ShownPhoto(
            name=upload.name,
            href=reverse("order-problem-photo", args=[token, upload.name]),
            small=f"{reverse('order-problem-photo', args=[token, upload.name])}?size=small",
        )
        for upload in uploads
    ]


def visit_of(request: HttpRequest, order: Order) -> str:
    """The look-up this request came by, as a digest; empty for who came by a mail's link or a code.

    Number and postcode stand on the parcel's label, so a look-up reads only what was reported in its own visit
    (as with conversations). Also empty for an order without an e-mail address: nothing could prove more.
    """
    if getattr(request, "trust", "") != FROM_LOOKUP or not order.email_key:
        return ""
    return digest("aftercart.claims.visit", str(getattr(request, "token", "")).encode()).hex()


def readable_claims(request: HttpRequest, order: Order) -> ClaimQuerySet:
    """The order's claims that this shopper may read, newest first."""
    visit = visit_of(request, order)
    found = Claim.objects.filter(order=order).order_by("-made_at", "-pk")
    return found.filter(visit=visit) if visit else found


def shown_claim(claim: Claim, token: str) -> ShownClaim:
    """One claim with its pieces, its photos, and the last words a colleague wrote to the shopper."""
    language = get_language() or claim.language
    lines = ClaimLine.objects.filter(claim=claim).select_related("line__variant__product")
    decided = claim.decisions.last()
    return _shown(
        claim,
        token,
        answer=decided.words if decided else "",
        pieces=[_piece(row.line, row.quantity, language) for row in lines.order_by("line__position")],
        photos=shown_photos(list(Upload.objects.of(claim.subject)), token),
    )


def listed_claims(claims: Sequence[Claim], token: str) -> list[ShownClaim]:
    """Claims for a list: no query."""
    return [_shown(claim, token, answer="", pieces=[], photos=[]) for claim in claims]


def _shown(
    claim: Claim, token: str, *, answer: str, pieces: list[Piece], photos: list[ShownPhoto]
) -> ShownClaim:
    return ShownClaim(
        claim_id=claim.pk,
        kind=KINDS[claim.kind],
        standing=standing(
            claim, format_minor(claim.value_minor, claim.currency, get_language() or claim.language)
        ),
        at=claim.made_at,
        text=claim.text,
        answer=answer,
        pieces=pieces,
        photos=photos,
        href=reverse("order-problem-report", args=[token, claim.pk]),
    )
