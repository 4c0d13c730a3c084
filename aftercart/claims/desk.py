"""The desk's doors to problems: the list, one problem, what the shopper gets, and its photos."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from aftercart.claims.actions import decide_claim, settle_claim
from aftercart.claims.desk_page import claim_page
from aftercart.claims.forms import DecisionForm
from aftercart.claims.listing import CHOICES, Filters, page_of
from aftercart.claims.models import Claim
from aftercart.kernel.uploads.models import Upload
from aftercart.kernel.uploads.serving import serve_photo
from aftercart.orders.actions import note_order
from aftercart.orders.rules import Refused
from aftercart.stores.models import SavedView
from aftercart.stores.permissions import StaffRequest, require, visible_channels, within_channels
from aftercart.stores.saved_views import drop_view_of, keep_posted_view, views_for

PAGE = "claims"
BUILT_IN: tuple[tuple[str, dict[str, str]], ...] = (
    ("All", {}),
    ("Waiting for us", {"state": "waiting"}),
    ("To refund", {"state": "decided", "outcome": "refund"}),
    ("To send again", {"state": "decided", "outcome": "replacement"}),
)


@require_safe
@require("claims.view")
def list_claims(request: StaffRequest) -> HttpResponse:
    """Problems that fit the filters, newest first."""
    filters = Filters.read(request.GET.dict())
    rows = filters.applied(within_channels(Claim.objects.for_list(), request.member))
    claims, following = page_of(rows, request.GET.get("cursor", ""))
    channels = {channel.slug: channel.name for channel in visible_channels(request.member)}
    views, own = _views(request, filters)
    context = {
        "claims": claims,
        "next": following,
        "filters": filters,
        "choices": CHOICES,
        "channels": channels,
        "chips": filters.chips(channels),
        "views": views,
        "own_view": own,
        "is_filtered": bool(filters.query()),
    }
    return render(request, "claims/desk/claims.html", context)


@require_safe
@require("claims.view")
def show_claim(request: StaffRequest, claim_id: int) -> HttpResponse:
    """One problem: what was said and shown, what was decided and why, what is to be done."""
    return _claim_page(request, _reached(request, claim_id))


@require_safe
@require("claims.view")
def show_photo(request: StaffRequest, claim_id: int, name: str) -> HttpResponse:
    """A photo of the problem."""
    claim = _reached(request, claim_id)
    upload = get_object_or_404(Upload.objects.of(claim.subject), name=name)
    return serve_photo(upload, small=request.GET.get("size") == "small")


@require_POST
@require("claims.decide")
def decide(request: StaffRequest, claim_id: int) -> HttpResponse:
    """Say what the shopper gets; they are told by e-mail."""
    claim = _reached(request, claim_id)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return _claim_page(request, claim, form, status=422)
    return _done(
        request,
        claim,
        lambda: decide_claim(claim_id=claim.pk, actor=request.actor, **form.cleaned_data),
        "Decided. The shopper is told by e-mail.",
    )


@require_POST
@require("claims.decide")
def settle(request: StaffRequest, claim_id: int) -> HttpResponse:
    """The money went back, or the goods went out again."""
    claim = _reached(request, claim_id)
    return _done(
        request,
        claim,
        lambda: settle_claim(claim_id=claim.pk, actor=request.actor),
        "Refund recorded." if claim.outcome == "refund" else "Marked as sent again.",
    )


@require_POST
@require("orders.note")
def note(request: StaffRequest, claim_id: int) -> HttpResponse:
    """Write a note among colleagues; it stands with the order's."""
    claim = _reached(request, claim_id)
    text = request.POST.get("text", "").replace("\0", "").strip()[:5000]
    words = f"{claim}: {text}" if text else ""
    return _done(
        request,
        claim,
        lambda: note_order(order_id=claim.order_id, text=words, actor=request.actor),
        "Noted on the order.",
    )


@require_POST
@require("claims.view")
def keep_view(request: StaffRequest) -> HttpResponse:
    """Save the filters under a name, for oneself or (with the permission) for the team."""
    filters = Filters.read(request.POST.dict())
    keep_posted_view(request, page=PAGE, query=filters.saved())
    return redirect(f"{request.path.removesuffix('views/')}?{filters.query()}")


@require_POST
@require("claims.view")
def drop_view(request: StaffRequest, view_id: int) -> HttpResponse:
    """Forget a saved view: one's own, or a shared one with the permission."""
    drop_view_of(request, page=PAGE, view_id=view_id)
    return redirect("desk-claims")


def _reached(request: StaffRequest, claim_id: int) -> Claim:
    seen = within_channels(Claim.objects.for_list(), request.member)
    claim = seen.select_related("parcel", "refund").filter(pk=claim_id).first()
    if claim is None:
        raise Http404
    return claim


def _done(request: StaffRequest, claim: Claim, act: Callable[[], object], words: str) -> HttpResponse:
    try:
        act()
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, words)
    return redirect("desk-claim", claim_id=claim.pk)


def _claim_page(
    request: StaffRequest, claim: Claim, form: DecisionForm | None = None, *, status: int = 200
) -> HttpResponse:
    context = {
        "claim": claim,
        "form": form or DecisionForm(),
        "may_decide": "claims.decide" in request.permissions and claim.is_open,
        "may_note": "orders.note" in request.permissions,
        **claim_page(claim),
    }
    return render(request, "claims/desk/claim.html", context, status=status)


def _views(request: StaffRequest, filters: Filters) -> tuple[list[dict[str, Any]], SavedView | None]:
    saved = list(views_for(request, PAGE))
    current = filters.saved()
    tabs = [_tab(name, Filters.read(query), current) for name, query in BUILT_IN]
    tabs += [_tab(view.name, Filters.read(view.query), current) for view in saved]
    own = next((view for view in saved if Filters.read(view.query).saved() == current), None)
    return tabs, own


def _tab(name: str, filters: Filters, current: dict[str, str]) -> dict[str, Any]:
    return {"label": name, "href": f"?{filters.query()}", "is_current": filters.saved() == current}
