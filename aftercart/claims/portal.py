"""The shopper's doors: what happened, to what, with photos; and what becomes of it. GET changes nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from aftercart.claims.actions import make_claim
from aftercart.claims.forms import KEY, ParcelForm, PiecesForm, ProblemForm, new_key
from aftercart.claims.models import Claim
from aftercart.claims.portal_page import (
    arrived_parcels,
    listed_claims,
    load_lines,
    pieces_of,
    readable_claims,
    shown_claim,
    shown_photos,
    visit_of,
)
from aftercart.claims.portal_words import KINDS
from aftercart.claims.rules import AlreadyClaimed
from aftercart.kernel import clock
from aftercart.kernel.links.limits import allow, visitor
from aftercart.kernel.uploads.actions import add_photo, drop_photo
from aftercart.kernel.uploads.models import Upload
from aftercart.kernel.uploads.photos import ACCEPT, PhotoRefused
from aftercart.kernel.uploads.serving import serve_photo
from aftercart.orders.models import Order
from aftercart.orders.permissions import ShopperRequest, with_order
from aftercart.orders.rules import Refused
from aftercart.stores.models import Merchant

MOST_PHOTOS = 6
PER_ORDER = (30, timedelta(hours=1))
PER_VISITOR = (90, timedelta(hours=1))


@require_safe
@with_order
def choose(request: ShopperRequest) -> HttpResponse:
    """What happened? And what was reported before."""
    load_lines(request.order)
    context = {
        "kinds": [KINDS[key] for key in _kinds_of(request.order)],
        "claims": listed_claims(list(readable_claims(request, request.order)), request.token),
    }
    return _page(request, "choose", context)


@require_http_methods(["GET", "HEAD", "POST"])
@with_order
def report(request: ShopperRequest, kind: str) -> HttpResponse:
    """The form of one kind: with what, photos, words. Buttons of the form add and take away photos."""
    load_lines(request.order)
    if kind not in _kinds_of(request.order):
        return redirect("order-problem", token=request.token)
    form = _form(request, kind)
    if request.method != "POST":
        return _report_page(request, kind, form, [])
    draft = _draft(request.order, form)
    if draft is None:
        raise Http404
    known = _known(request, form)
    if known:
        return redirect("order-problem-report", token=request.token, claim_id=known.pk)
    refused = _take_photos(request, draft)
    if request.POST.get("remove"):
        drop_photo(name=request.POST["remove"][:40], subject=draft)
    if refused or "add" in request.POST or "remove" in request.POST:
        return _report_page(
            request, kind, _kept(request, kind, form), refused, status=422 if refused else 200
        )
    if not form.is_valid():
        return _report_page(request, kind, form, refused, status=422)
    return _make(request, kind, form, draft)


@require_safe
@with_order
def show_report(request: ShopperRequest, claim_id: int) -> HttpResponse:
    """One report: where it stands and what happens next."""
    claim = readable_claims(request, request.order).filter(pk=claim_id).first()
    if claim is None:
        raise Http404
    return _page(request, "report", {"claim": shown_claim(claim, request.token)})


@require_safe
@with_order
def show_photo(request: ShopperRequest, name: str) -> HttpResponse:
    """A photo of this order: one of its claims' or one of a form being filled in."""
    upload = Upload.objects.filter(name=name, purpose="claims").first()
    if upload is None or not _may_see(request, upload):
        raise Http404
    return serve_photo(upload, small=request.GET.get("size") == "small")


def _may_see(request: ShopperRequest, upload: Upload) -> bool:
    if upload.subject.startswith(f"draft:order:{request.order.pk}:"):
        return True  # its name is chance, and only the form that it was sent by shows it
    claim_id = upload.subject.removeprefix("claim:")
    seen = readable_claims(request, request.order)
    return claim_id.isdecimal() and seen.filter(pk=int(claim_id)).exists()


def _kinds_of(order: Order) -> list[str]:
    """The kinds that may be reported: nothing before it was sent, no lost parcel before it was delivered."""
    if not pieces_of(order):
        return []
    delivered = order.parcels.filter(delivered_at__isnull=False).exists()
    return [key for key in KINDS if key != "not_arrived" or delivered]


def _form(request: ShopperRequest, kind: str, **options: Any) -> PiecesForm | ParcelForm:
    data = request.POST if request.method == "POST" and not options else None
    given: dict[str, Any] = options or {"initial": {"key": new_key()}}
    if kind == "not_arrived":
        return ParcelForm(arrived_parcels(request.order, clock.now()), KINDS[kind], data, **given)
    return PiecesForm(pieces_of(request.order), KINDS[kind], data, **given)


def _kept(request: ShopperRequest, kind: str, form: ProblemForm) -> PiecesForm | ParcelForm:
    """The form with what was filled in so far, but no complaints: nobody has sent it off yet."""
    return _form(request, kind, initial={name: form[name].value() for name in form.fields})


def _draft(order: Order, form: ProblemForm) -> str | None:
    """Where the form's photos wait; nothing for a key that is none of ours."""
    key = str(form["key"].value() or "")
    return f"draft:order:{order.pk}:{key}" if KEY.fullmatch(key) else None


def _known(request: ShopperRequest, form: ProblemForm) -> Claim | None:
    key = f"{request.order.pk}:{str(form['key'].value())[:40]}"
    return readable_claims(request, request.order).filter(key=key).first()


def _take_photos(request: ShopperRequest, draft: str) -> list[str]:
    """Keep what was sent; gives why some were not, with the names of their files."""
    refused = []
    for file in request.FILES.getlist("photos")[: MOST_PHOTOS + 1]:
        try:
            if not _may_send(request):
                raise PhotoRefused(_("You have sent a lot in a short time. Please wait a few minutes."))
            add_photo(
                file=file,
                purpose="claims",
                subject=draft,
                customer_id=request.order.customer_id,
                most=MOST_PHOTOS,
            )
        except PhotoRefused as reason:
            refused.append(f"{(file.name or '')[-60:]}: {reason}")
    return refused


def _may_send(request: ShopperRequest) -> bool:
    now = clock.now()
    order_may = allow(f"order-problem:order:{request.order.pk}", *PER_ORDER, now=now)
    return allow(f"order-problem:visitor:{visitor(request)}", *PER_VISITOR, now=now) and order_may


def _make(request: ShopperRequest, kind: str, form: PiecesForm | ParcelForm, draft: str) -> HttpResponse:
    if not _may_send(request):
        form.add_error(None, _("You have sent a lot in a short time. Please wait a few minutes."))
        return _report_page(request, kind, form, [], status=429)
    try:
        claim_id = make_claim(
            order_id=request.order.pk,
            kind=kind,
            quantities_by_line=form.quantities,
            parcel_id=form.parcel_id,
            text=form.cleaned_data["text"],
            key=form.cleaned_data["key"],
            photos_of=draft,
            actor=request.actor,
            trust=request.trust,
            visit=visit_of(request, request.order),
            language=get_language() or request.order.language,
        ).pk
    except AlreadyClaimed as already:
        if not readable_claims(request, request.order).filter(pk=already.claim_id).exists():
            form.add_error(None, _("This has been reported already. Our e-mails lead to where it stands."))
            return _report_page(request, kind, form, [], status=409)
        messages.info(request, _("You have reported this already. Here is where it stands."))
        claim_id = already.claim_id
    except Refused:
        form.add_error(None, _("This has changed meanwhile. Please look at your order again."))
        return _report_page(request, kind, form, [], status=409)
    return redirect("order-problem-report", token=request.token, claim_id=claim_id)


def _report_page(
    request: ShopperRequest,
    kind: str,
    form: PiecesForm | ParcelForm,
    refused: list[str],
    *,
    status: int = 200,
) -> HttpResponse:
    draft = f"draft:order:{request.order.pk}:{form['key'].value()}"
    photos = list(Upload.objects.of(draft)) if request.method == "POST" else []
    context = {
        "kind": KINDS[kind],
        "form": form,
        "photos": shown_photos(photos, request.token),
        "refused": refused,
        "accept": ACCEPT,
        "room": MOST_PHOTOS - len(photos),
        "is_fresh": isinstance(form, ParcelForm) and any(parcel.is_fresh for parcel in form.parcels),
    }
    return _page(request, "form", context, status=status)


def _page(request: ShopperRequest, name: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    around = {
        "order": request.order,
        "channel": request.order.channel,
        "merchant": Merchant.objects.first(),
        "token": request.token,
    }
    return render(request, f"claims/portal/{name}.html", around | context, status=status)
