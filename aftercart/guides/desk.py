"""The desk's doors to guides: the list, the editor (one language at a time), the cards with codes."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from aftercart.catalog.models import Product
from aftercart.guides.actions import add_guide, delete_guide, publish_guide
from aftercart.guides.codes import KINDS, address_of, code
from aftercart.guides.editing import apply_posted
from aftercart.guides.forms import LANGUAGE_CHOICES, LANGUAGE_NAMES, GuideForm
from aftercart.guides.models import Guide, Part
from aftercart.guides.reading import shown_guide, things, title_of
from aftercart.guides.rules import GuideRefused, progress
from aftercart.stores.models import Channel, Merchant
from aftercart.stores.permissions import StaffRequest, require

VIEW, EDIT = "products.view", "guides.edit"
MOST = 200


@require_safe
@require(VIEW)
def guides(request: StaffRequest) -> HttpResponse:
    """All guides: what they are about, in which languages they are whole, whether they work; four queries."""
    text = request.GET.get("q", "").strip()
    found = Guide.objects.order_by("-updated_at", "-pk")
    if text:
        about = (
            Q(about__product__title__icontains=text) | Q(handle__icontains=text) | Q(texts__icontains=text)
        )
        found = found.filter(about).distinct()
    counted = found.annotate(
        worked=Count("outcomes", filter=Q(outcomes__has_worked=True), distinct=True),
        told=Count("outcomes", distinct=True),
    )
    rows = [_row(each) for each in counted.prefetch_related("parts", "about__product")[:MOST]]
    context = {"rows": rows, "text": text, "may_edit": EDIT in request.permissions, "most": MOST}
    return render(request, "guides/desk/guides.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@require(EDIT)
def new_guide(request: StaffRequest) -> HttpResponse:
    """The form for a new guide, and making it."""
    form = GuideForm(request.POST or None, initial={"language": _first_language()})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        made = add_guide(
            title=given["title"],
            language=given["language"],
            product_ids=[product.pk for product in given["products"]],
            actor=request.actor,
        )
        return redirect(_editor(made.pk, given["language"]))
    return render(request, "guides/desk/new.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@require(EDIT)
def guide(request: StaffRequest, guide_id: int) -> HttpResponse:
    """The editor. Every button saves the words first, so nothing typed is lost."""
    found = get_object_or_404(Guide, pk=guide_id)
    language = _language(request)
    problem = ""
    if request.method == "POST":
        try:
            done = apply_posted(request, found, language)
        except GuideRefused as refused:
            problem = str(refused)
        else:
            messages.success(request, done.words)
            return redirect(f"{_editor(found.pk, language)}{done.place}")
        found = get_object_or_404(Guide, pk=guide_id)
    context = _editor_context(found, language, request if problem else None)
    context["problem"] = problem
    return render(request, "guides/desk/guide.html", context, status=422 if problem else 200)


@require_safe
@require(VIEW)
def preview(request: StaffRequest, guide_id: int) -> HttpResponse:
    """The guide as a shopper will read it, in one language."""
    found = get_object_or_404(Guide, pk=guide_id)
    language = _language(request)
    with translation.override(language):
        context = {
            "merchant": Merchant.objects.first(),
            "channel": Channel.objects.order_by("pk").first(),
            "guide": shown_guide(found, preferred=[language]),
            "back": _editor(found.pk, language),
        }
        answer = render(request, "guides/portal/guide.html", context)
    answer["Content-Language"] = language
    return answer


@require_POST
@require(EDIT)
def publication(request: StaffRequest, guide_id: int) -> HttpResponse:
    """Show the guide to shoppers, or take it back."""
    found = get_object_or_404(Guide, pk=guide_id)
    wanted = request.POST.get("then") == "publish"
    try:
        publish_guide(
            guide_id=found.pk, is_published=wanted, languages=list(LANGUAGE_NAMES), actor=request.actor
        )
    except GuideRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(
            request, "Shoppers can read it now." if wanted else "Shoppers do not see it any more."
        )
    return redirect(_editor(found.pk, _language(request)))


@require_POST
@require(EDIT)
def deletion(request: StaffRequest, guide_id: int) -> HttpResponse:
    """Delete a guide for good."""
    delete_guide(guide_id=get_object_or_404(Guide, pk=guide_id).pk, actor=request.actor)
    messages.success(request, "The guide is gone.")
    return redirect("desk-guides")


@require_safe
@require(VIEW)
def codes(request: StaffRequest, product_id: int) -> HttpResponse:
    """The code of a product for its parcel: on screen, and as files to print."""
    product = get_object_or_404(Product, pk=product_id)
    language = _language(request)
    context = {
        "product": product,
        "address": address_of(product.pk),
        "guides": [
            {"title": title_of(each, language), "guide": each} for each in Guide.objects.about([product.pk])
        ],
        "files": [{"kind": kind, "label": label} for kind, (label, _) in KINDS.items()],
        "language": language,
        "languages": _language_tabs(reverse("desk-guide-codes", args=[product.pk]), language),
    }
    return render(request, "guides/desk/codes.html", context)


@require_safe
@require(VIEW)
def code_file(request: StaffRequest, product_id: int, kind: str) -> HttpResponse:
    """The code as a file: svg, png, or the card as svg or pdf."""
    if kind not in KINDS:
        raise Http404
    product = get_object_or_404(Product, pk=product_id)
    language = _language(request)
    content, media_type = code(
        kind, product_id=product.pk, title=product.title_in(language), language=language
    )
    answer = HttpResponse(content, content_type=media_type)
    suffix = kind.rpartition("-")[2]
    if "show" not in request.GET:
        answer["Content-Disposition"] = f'attachment; filename="{product.handle[:60]}-{kind}.{suffix}"'
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return answer


def _row(each: Guide) -> dict[str, Any]:
    parts = list(each.parts.all())
    states = [progress(things(each, parts), code) for code in LANGUAGE_NAMES]
    return {
        "guide": each,
        "title": title_of(each, "en"),
        "products": [about.product for about in each.about.all()],
        "languages": [state.language for state in states if state.is_complete],
        "worked": each.worked,  # type: ignore[attr-defined]  # annotated by the list
        "told": each.told,  # type: ignore[attr-defined]
        "share": each.worked / each.told if each.told else None,  # type: ignore[attr-defined]
    }


def _editor_context(found: Guide, language: str, posted: StaffRequest | None) -> dict[str, Any]:
    parts = list(found.parts.all())
    own = posted.POST if posted else {}

    def words(prefix: str, texts: dict[str, dict[str, str]], *names: str) -> dict[str, str]:
        saved = texts.get(language, {})
        return {name: str(own.get(f"{prefix}-{name}", saved.get(name, ""))) for name in names}

    chosen = set(found.about.values_list("product_id", flat=True))
    shown = {
        kind: [
            {"part": part, "number": number, **words(f"part-{part.pk}", part.texts, *names)}
            for number, part in enumerate((p for p in parts if p.kind == kind), 1)
        ]
        for kind, names in (
            ("step", ("title", "body")),
            ("answer", ("question", "answer")),
            ("download", ("label",)),
        )
    }
    return {
        "guide": found,
        "language": language,
        "tabs": _language_tabs(reverse("desk-guide", args=[found.pk]), language, things(found, parts)),
        "words": words("guide", found.texts, "title", "lead", "video"),
        "model": words("guide", {language: found.texts.get("en", {})}, "title") if language != "en" else {},
        "steps": shown["step"],
        "answers": shown["answer"],
        "downloads": shown["download"],
        "products": Product.objects.order_by("title", "pk"),
        "chosen": chosen,
        "about": Product.objects.filter(pk__in=chosen).order_by("title"),
        "failed": found.outcomes.filter(has_worked=False).exclude(text="").order_by("-told_at")[:5],
        "counts": found.outcomes.aggregate(told=Count("pk"), worked=Count("pk", filter=Q(has_worked=True))),
        "version": own.get("version", found.version),
        "kinds": Part.Kind,
    }


def _language_tabs(base: str, current: str, told: Any = None) -> list[dict[str, Any]]:
    tabs = []
    for code_, name in LANGUAGE_CHOICES:
        state = progress(told, code_) if told else None
        tabs.append(
            {
                "label": f"{name} ✓" if state and state.is_complete else name,
                "href": f"{base}?language={code_}",
                "is_current": code_ == current,
            }
        )
    return tabs


def _language(request: StaffRequest) -> str:
    wanted = request.GET.get("language", "")
    return wanted if wanted in LANGUAGE_NAMES else _first_language()


def _first_language() -> str:
    first = Channel.objects.order_by("pk").values_list("default_language", flat=True).first() or "en"
    return first if first in LANGUAGE_NAMES else "en"


def _editor(guide_id: int, language: str) -> str:
    return f"{reverse('desk-guide', args=[guide_id])}?language={language}"
