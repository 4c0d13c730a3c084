"""The shopper's doors: a guide by its code in the parcel, by its address, or from the order's page."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from aftercart.catalog.models import Product
from aftercart.guides import files
from aftercart.guides.actions import tell_outcome
from aftercart.guides.forms import HelpForm, new_key
from aftercart.guides.models import Guide, Part
from aftercart.guides.reading import ShownGuide, shown_guide, structured_data, title_of
from aftercart.kernel import clock
from aftercart.kernel.links.limits import allow, visitor
from aftercart.orders.permissions import ShopperRequest, with_order
from aftercart.stores.models import Channel, Merchant

PER_VISITOR = (30, timedelta(hours=1))
A_YEAR = "public, max-age=31536000, immutable"


@require_safe
def of_product(request: HttpRequest, product_id: int) -> HttpResponse:
    """Where the code on a parcel's card leads: the product's guide, or the choice among several."""
    product = get_object_or_404(Product, pk=product_id)
    guides = list(Guide.objects.published().about([product.pk]))
    if len(guides) == 1:
        return redirect("guide", handle=guides[0].handle)
    language = get_language() or "en"
    shown = [
        {"title": title_of(guide, language), "href": reverse("guide", args=[guide.handle])}
        for guide in guides
    ]
    context = {**_shop(), "product": product.title_in(language), "guides": shown}
    return render(request, "guides/portal/of-product.html", context)


@require_safe
def show(request: HttpRequest, handle: str) -> HttpResponse:
    """A guide for everybody who has its address."""
    guide = _published(handle)
    shown = shown_guide(guide)
    address = f"{settings.BASE_URL}{reverse('guide', args=[guide.handle])}"
    context = {
        **_shop(),
        "guide": shown,
        "needs_help": request.GET.get("worked") == "no",
        "key": new_key(),
        "outcome_url": reverse("guide-outcome", args=[guide.handle]),
        "data": structured_data(shown, address),
        "address": address,
    }
    return render(request, "guides/portal/guide.html", context)


@require_POST
def outcome(request: HttpRequest, handle: str) -> HttpResponse:
    """*It worked* or not, from somebody whose order we do not know."""
    guide = _published(handle)
    has_worked = request.POST.get("worked") == "yes"
    key = request.POST.get("key", "")[:40]
    if key and _may_tell(request):
        tell_outcome(
            guide_id=guide.pk,
            has_worked=has_worked,
            key=f"visitor:{key}",
            language=get_language() or "en",
            actor="visitor",
        )
    address = reverse("guide", args=[guide.handle])
    if not has_worked:
        return redirect(f"{address}?worked=no#outcome")
    messages.success(request, _("Wonderful. Enjoy it!"))
    return redirect(f"{address}#outcome")


@require_safe
@with_order
def show_for_order(request: ShopperRequest, handle: str) -> HttpResponse:
    """A guide opened from the order's page: who needs help asks with everything attached."""
    shown = shown_guide(_published(handle))
    form = _form(shown)
    return render(request, "guides/portal/guide.html", _order_context(request, shown, form))


@require_http_methods(["GET", "HEAD", "POST"])
@with_order
def outcome_for_order(request: ShopperRequest, handle: str) -> HttpResponseBase:
    """*It worked*, or a question to the shop with the order, the guide and the step it stopped at."""
    page = reverse("order-guide", args=[request.token, handle])
    if request.method != "POST":  # somebody switched the language here
        return redirect(page)
    guide = _published(handle)
    shown = shown_guide(guide)
    has_worked = request.POST.get("worked") == "yes"
    form = _form(shown, request)
    if not has_worked and not form.is_valid():
        return render(request, "guides/portal/guide.html", _order_context(request, shown, form), status=422)
    if not _may_tell(request):
        form.add_error(None, _("You have written a lot in a short time. Please wait a few minutes."))
        return render(request, "guides/portal/guide.html", _order_context(request, shown, form), status=429)
    tell_outcome(
        guide_id=guide.pk,
        has_worked=has_worked,
        key=f"order:{request.order.pk}:{request.POST.get('key', '')[:40]}",
        language=get_language() or request.order.language,
        actor=request.actor,
        order=request.order,
        text="" if has_worked else form.cleaned_data["text"],
        step=None if has_worked else form.cleaned_data.get("step"),
        trust=request.trust,
    )
    said = (
        _("Wonderful. Enjoy it!")
        if has_worked
        else _("Thank you. We have your message and answer by e-mail.")
    )
    messages.success(request, said)
    return redirect(f"{page}#outcome")


@require_safe
def picture(request: HttpRequest, name: str) -> HttpResponse:  # noqa: ARG001 - a view's shape
    """A step's picture; its name is chance's and never names another."""
    return _file(name, "image/jpeg", "inline", cache=A_YEAR)


@require_safe
def download(request: HttpRequest, part_id: int) -> HttpResponse:  # noqa: ARG001 - a view's shape
    """A document of a published guide."""
    part = get_object_or_404(Part, pk=part_id, kind=Part.Kind.DOWNLOAD, guide__status=Guide.Status.PUBLISHED)
    return _file(part.file, "application/pdf", f'attachment; filename="{part.file_name}"', cache="no-cache")


def _file(name: str, media_type: str, disposition: str, *, cache: str) -> HttpResponse:
    try:
        answer = HttpResponse(files.read(name), content_type=media_type)
    except FileNotFoundError as error:
        raise Http404 from error
    answer["Content-Disposition"] = disposition
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["Cache-Control"] = cache
    return answer


def _published(handle: str) -> Guide:
    return get_object_or_404(Guide.objects.published(), handle=handle)


def _form(shown: ShownGuide, request: HttpRequest | None = None) -> HelpForm:
    steps = [(step.number, f"{step.number}. {step.title}") for step in shown.steps]
    return HelpForm(request.POST if request else None, steps=steps, initial={"key": new_key()})


def _order_context(request: ShopperRequest, shown: ShownGuide, form: HelpForm) -> dict[str, Any]:
    return {
        "channel": request.order.channel,
        "merchant": Merchant.objects.first(),
        "order": request.order,
        "token": request.token,
        "guide": shown,
        "form": form,
        "needs_help": form.is_bound or request.GET.get("worked") == "no",
        "key": form["key"].value() or new_key(),
        "outcome_url": reverse("order-guide-outcome", args=[request.token, shown.handle]),
    }


def _may_tell(request: HttpRequest) -> bool:
    return allow(f"guide-outcome:visitor:{visitor(request)}", *PER_VISITOR, now=clock.now())


def _shop() -> dict[str, Any]:
    return {"merchant": Merchant.objects.first(), "channel": Channel.objects.order_by("pk").first()}
