"""The list of messages on the desk: when each is sent, by which ways, and whether it was edited."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from aftercart.messaging.actions.editions import switch
from aftercart.messaging.messages import registry
from aftercart.messaging.models import Edition, SandboxText
from aftercart.messaging.switches import MEDIA, switches
from aftercart.messaging.wording import has_text
from aftercart.stores.models import Channel
from aftercart.stores.permissions import StaffRequest, require, visible_channels, within_channels

PERMISSION = "messages.edit"
SIZE = 50


@require_safe
@require(PERMISSION)
def kinds(request: StaffRequest) -> HttpResponse:
    """Every kind, for all channels or one."""
    channel = chosen_channel(request, request.GET.get("channel", ""))
    channel_id = channel.pk if channel else 0
    known = switches(channel_id)
    edited = Edition.objects.current().filter(channel_id__in={0, channel_id}).exclude(content={})
    versions: dict[str, list[Edition]] = {}
    for edition in edited:
        versions.setdefault(edition.kind, []).append(edition)
    rows = [
        {
            "kind": kind,
            "email": known.get((kind.name, "email"), True),
            "sms": known.get((kind.name, "sms"), True) if has_text(kind) else None,
            "is_edited": kind.name in versions,
            "failure": next((row.failure for row in versions.get(kind.name, []) if row.failed_at), ""),
        }
        for kind in sorted(registry.values(), key=lambda kind: (kind.app != "orders", kind.app != "tracking"))
    ]
    context = {"rows": rows, "channel": channel, "tabs": _tabs(request, channel), "section": "kinds"}
    return render(request, "messaging/desk/kinds.html", context)


@require_POST
@require(PERMISSION)
def switching(request: StaffRequest, kind: str) -> HttpResponse:
    """Switch a kind on or off for a medium, in all channels or one."""
    channel = chosen_channel(request, request.POST.get("channel", ""))
    medium = request.POST.get("medium", "")
    if kind not in registry or medium not in MEDIA or not registry[kind].may_be_off:
        raise Http404
    is_on = request.POST.get("on") == "1"
    switch(
        kind=kind,
        medium=medium,
        channel_id=channel.pk if channel else 0,
        is_on=is_on,
        actor=request.actor,
    )
    messages.success(request, f"{registry[kind].label} is {'sent' if is_on else 'not sent any more'}.")
    return redirect(reverse("desk-messages") + (f"?channel={channel.slug}" if channel else ""))


@require_safe
@require("messages.edit")
def texts(request: StaffRequest) -> HttpResponse:
    """What the sandbox took in place of a provider of text messages."""
    found = within_channels(SandboxText.objects.order_by("-pk"), request.member)[:SIZE]
    return render(request, "messaging/desk/texts.html", {"texts": found, "section": "texts"})


def chosen_channel(request: StaffRequest, slug: str) -> Channel | None:
    """The channel of the address; ``None`` is all of them, for those who work for all of them."""
    allowed = visible_channels(request.member)
    if slug:
        channel = allowed.filter(slug=slug[:60]).first()
        if channel is None:
            raise Http404
        return channel
    return allowed.order_by("name").first() if request.member.channels.all() else None


def _tabs(request: StaffRequest, channel: Channel | None) -> list[dict[str, object]]:
    tabs: list[dict[str, object]] = []
    if not request.member.channels.all():
        tabs.append({"label": "All channels", "href": "?", "is_current": channel is None})
    tabs += [
        {"label": each.name, "href": f"?channel={each.slug}", "is_current": each == channel}
        for each in visible_channels(request.member).order_by("name")
    ]
    return tabs if len(tabs) > 1 else []
