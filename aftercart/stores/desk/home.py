"""The desk's first page, and the search that goes over everything."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from aftercart.kernel.journal.models import DeadLetter
from aftercart.kernel.outbox.models import Effect
from aftercart.stores.models import Channel, Merchant
from aftercart.stores.permissions import StaffRequest, require
from aftercart.stores.slots import Waiting, desk_home_panels, desk_search_panels, jumps, waiting_sources

LONGEST = 100


@require_safe
@require("home.view")
def home(request: StaffRequest) -> HttpResponse:
    """What waits for somebody, and how the shop does."""
    told = [source(request) for _, source in waiting_sources]
    waiting = [one for one in told if one is not None]
    context = {
        "waiting": [one for one in waiting if one.count],
        "is_quiet": not any(one.count for one in waiting),
        "troubles": _troubles(request),
        "panels": desk_home_panels.panels(request, request.member),
        "merchant": Merchant.objects.first(),
        "has_channel": Channel.objects.exists(),
    }
    return render(request, "stores/desk/home.html", context)


def _troubles(request: StaffRequest) -> list[Waiting]:
    if "journal.view" not in request.permissions:
        return []
    letters = DeadLetter.objects.filter(resolved_at__isnull=True).count()
    unsent = Effect.objects.troubled().count()
    found = [
        Waiting(
            label="entry a listener could not take" if letters == 1 else "entries a listener could not take",
            count=letters,
            href="/desk/journal/letters/",
            icon="mail",
        ),
        Waiting(
            label="mail that may not have left" if unsent == 1 else "mails that may not have left",
            count=unsent,
            href="/desk/system/outbox/",
            icon="send",
        ),
    ]
    return [one for one in found if one.count]


@require_safe
@require("home.view")
def search(request: StaffRequest) -> HttpResponse:
    """Straight to the one thing a text names exactly, else everything that is found."""
    text = request.GET.get("q", "").replace("\0", "").strip()[:LONGEST]
    if text:
        for source in jumps:
            if href := source(request, text):
                return redirect(href)
    panels = desk_search_panels.panels(request, text) if text else []
    return render(request, "stores/desk/search.html", {"text": text, "panels": panels})
