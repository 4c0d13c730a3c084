"""The desk's doors to delivery: shipping methods with a preview, and how well promises hold."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from aftercart.delivery.actions import remove_method, save_method
from aftercart.delivery.calibration import calibration
from aftercart.delivery.forms import MethodForm
from aftercart.delivery.models import LearntTable, ShippingMethod
from aftercart.delivery.promises import Destination, estimate_by
from aftercart.delivery.rules import Refused
from aftercart.delivery.words import explained, said
from aftercart.kernel import clock
from aftercart.stores.models import Channel
from aftercart.stores.permissions import StaffRequest, require, visible_channels, within_channels

SINCE = timedelta(days=180)


@require_safe
@require("settings.manage")
def methods(request: StaffRequest) -> HttpResponse:
    """All methods by channel, and what an order now to a place would be promised."""
    rows = within_channels(ShippingMethod.objects.all(), request.member)
    found = list(
        rows.select_related("channel").prefetch_related("zones").order_by("channel__name", "position", "pk")
    )
    country = request.GET.get("country", "PL").strip().upper()[:2]
    postcode = request.GET.get("postcode", "").replace("\0", "").strip()[:20]
    to = Destination(country=country, postcode=postcode)
    context = {
        "methods": [{"method": method, "preview": _preview(method, to)} for method in found],
        "channels": list(visible_channels(request.member).order_by("name")),
        "country": country,
        "postcode": postcode,
    }
    return render(request, "delivery/desk/methods.html", context)


def _preview(method: ShippingMethod, to: Destination) -> dict[str, str] | None:
    found = estimate_by(method, destination=to, at=clock.now())
    return {"said": said(found.promise), "why": explained(found.promise.reason)} if found else None


@require_http_methods(["GET", "HEAD", "POST"])
@require("settings.manage")
def method(request: StaffRequest, slug: str, key: str) -> HttpResponse:
    """One method of a channel; ``new`` adds one."""
    channel = visible_channels(request.member).filter(slug=slug).first()
    if channel is None:
        raise Http404
    known = _known(channel, key)
    form = MethodForm(channel.currency, request.POST or None, initial=MethodForm.initial_of(known))
    if request.method == "POST" and form.is_valid():
        wanted = known.key or form.key()
        if not known.pk and (
            wanted == "new" or ShippingMethod.objects.filter(channel=channel, key=wanted).exists()
        ):
            form.add_error("name_en", "Another method has this name.")
        elif _saved(request, channel, wanted, form):
            return redirect("desk-shipping")
    context = {"form": form, "method": known, "channel": channel}
    return render(request, "delivery/desk/method.html", context, status=422 if form.errors else 200)


def _known(channel: Channel, key: str) -> ShippingMethod:
    if key == "new":
        return ShippingMethod(channel=channel)
    found = ShippingMethod.objects.filter(channel=channel, key=key).prefetch_related("zones").first()
    if found is None:
        raise Http404
    found.channel = channel
    return found


def _saved(request: StaffRequest, channel: Channel, key: str, form: MethodForm) -> bool:
    try:
        save_method(
            channel=channel,
            key=key,
            values=form.values(),
            zones=form.cleaned_data["zones"],
            actor=request.actor,
        )
    except Refused as refused:
        form.add_error(None, str(refused))
        return False
    messages.success(request, "Saved.")
    return True


@require_POST
@require("settings.manage")
def removal(request: StaffRequest, slug: str, key: str) -> HttpResponse:
    """Take a method away."""
    rows = within_channels(ShippingMethod.objects.filter(channel__slug=slug, key=key), request.member)
    found = rows.first()
    if found is None:
        raise Http404
    remove_method(method_id=found.pk, actor=request.actor)
    messages.success(request, f"“{found}” is gone.")
    return redirect("desk-shipping")


@require_safe
@require("figures.view")
def promises(request: StaffRequest) -> HttpResponse:
    """How often promises held, by carrier and destination, beside what they said."""
    since = timezone.localdate(clock.now()) - SINCE
    rows = calibration(within_channels_ids(request), since=since)
    shown = [row for row in rows if row.is_telling]
    context: dict[str, Any] = {
        "rows": rows,
        "labels": [row.label for row in shown],
        "series": [
            {"name": "Promised: nine of ten", "values": [0.9 for _ in shown]},
            {"name": "Arrived by then", "values": [row.by_share for row in shown]},
            {
                "name": "Arrived by the likely day (promised: half)",
                "values": [row.likely_share for row in shown],
            },
        ],
        "table": LearntTable.objects.first(),
        "since": since,
    }
    return render(request, "delivery/desk/promises.html", context)


def within_channels_ids(request: StaffRequest) -> list[int] | None:
    """The channels a member is kept to; ``None``: all."""
    own = [channel.pk for channel in request.member.channels.all()]
    return own or None
