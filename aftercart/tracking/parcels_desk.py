"""The desk's list of parcels: filters, saved views, pages by bookmark."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from aftercart.kernel import clock
from aftercart.stores.models import SavedView
from aftercart.stores.permissions import StaffRequest, require, within_channels
from aftercart.stores.saved_views import drop_view_of, keep_posted_view, views_for
from aftercart.tracking.models import Parcel, Status
from aftercart.tracking.numbers import carriers
from aftercart.tracking.parcels_filters import BUILT_IN, SHOW, ParcelFilters
from aftercart.tracking.portal_words import MEANINGS

PAGE = "parcels"
SIZE = 50


@require_safe
@require("orders.view")
def list_parcels(request: StaffRequest) -> HttpResponse:
    """Parcels that fit the filters, what happened last first."""
    filters, now = ParcelFilters.read(request.GET.dict()), clock.now()
    reached = within_channels(Parcel.objects.select_related("order"), request.member, "order__channel_id")
    parcels, following = _page(filters.applied(reached, now=now), request.GET.get("cursor", ""))
    views, own = _views(request, filters)
    context = {
        "rows": [_row(parcel, now) for parcel in parcels],
        "next": following,
        "filters": filters,
        "statuses": Status.choices,
        "shows": SHOW.items(),
        "carriers": sorted(((code, one.name) for code, one in carriers().items()), key=lambda pair: pair[1]),
        "chips": filters.chips(),
        "views": views,
        "own_view": own,
        "is_filtered": bool(filters.saved()),
    }
    return render(request, "tracking/desk/list.html", context)


@require_POST
@require("orders.view")
def keep_view(request: StaffRequest) -> HttpResponse:
    """Save the filters under a name, for oneself or (with the permission) for the team."""
    filters = ParcelFilters.read(request.POST.dict())
    keep_posted_view(request, page=PAGE, query=filters.saved())
    return redirect(f"{request.path.removesuffix('views/')}?{filters.query()}")


@require_POST
@require("orders.view")
def drop_view(request: StaffRequest, view_id: int) -> HttpResponse:
    """Forget a saved view: one's own, or a shared one with the permission."""
    drop_view_of(request, page=PAGE, view_id=view_id)
    return redirect("desk-parcels")


def _row(parcel: Parcel, now: datetime) -> dict[str, Any]:
    known = carriers().get(parcel.carrier_code)
    is_late = bool(parcel.promised_on and not parcel.delivered_at and parcel.promised_on < now.date())
    return {
        "parcel": parcel,
        "status": Status(parcel.status).label,
        "tone": MEANINGS[parcel.status].tone,
        "carrier": parcel.carrier or (known.name if known else ""),
        "reason": parcel.get_reason_display() if parcel.reason else "",
        "is_late": is_late and parcel.status not in ("cancelled", "returned_to_sender"),
    }


def _page(rows: QuerySet[Parcel], cursor: str) -> tuple[list[Parcel], str]:
    at, pk = _read(cursor)
    if at is not None:
        rows = rows.filter(Q(status_at__lt=at) | Q(status_at=at, pk__lt=pk))
    found = list(rows.order_by("-status_at", "-pk")[: SIZE + 1])
    if len(found) <= SIZE:
        return found, ""
    last = found[SIZE - 1]
    return found[:SIZE], f"{last.status_at.timestamp():.6f}_{last.pk}"


def _read(cursor: str) -> tuple[datetime | None, int]:
    """Where the page begins; a bookmark that was tampered with gives the first page."""
    stamp, _, pk = cursor.partition("_")
    try:
        at = datetime.fromtimestamp(float(stamp), tz=clock.now().tzinfo)
        return (at, int(pk)) if abs(int(pk)) < 2**63 else (None, 0)
    except (ValueError, OverflowError, OSError):
        return None, 0


def _views(request: StaffRequest, filters: ParcelFilters) -> tuple[list[dict[str, Any]], SavedView | None]:
    saved = list(views_for(request, PAGE))
    current = filters.saved()
    named = [(name, query) for name, query in BUILT_IN] + [(view.name, view.query) for view in saved]
    tabs = []
    for name, query in named:
        known = ParcelFilters.read(query)
        tabs.append({"label": name, "href": f"?{known.query()}", "is_current": known.saved() == current})
    own = next((view for view in saved if ParcelFilters.read(view.query).saved() == current), None)
    return tabs, own
