"""One message that was sent, on the desk: its words as they left, and sending it again.

Its words hold links that open a shopper's own pages, so seeing the order is not enough to read them.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST, require_safe

from aftercart.kernel import clock
from aftercart.kernel.links.limits import allow
from aftercart.kernel.outbox.models import Effect
from aftercart.kernel.ui.middleware import POLICY
from aftercart.messaging.actions import EFFECT, TEXT
from aftercart.messaging.actions.again import NotAgainError, obstacle, send_again
from aftercart.messaging.desk.editor import FRAME_POLICY
from aftercart.messaging.editions import in_force, in_force_at
from aftercart.messaging.letterhead import letterheads
from aftercart.messaging.log import address_of, label_of, states
from aftercart.messaging.messages import ContextError, registry
from aftercart.messaging.render import Rendered, render_sms
from aftercart.messaging.render import render as render_mail
from aftercart.stores.permissions import StaffRequest, require, within_channels

PERMISSION = "orders.resend"
AN_HOUR = 5
GONE = "<!doctype html><title>Message</title><p>Its words cannot be shown any more.</p>"


@dataclass(frozen=True, kw_only=True)
class Words:
    """A message as it left: a mail, or a text."""

    mail: Rendered | None = None
    sms: str = ""


@require_safe
@require(PERMISSION)
def sent(request: StaffRequest, effect_id: int) -> HttpResponse:
    """The message's page."""
    effect = _reached(request, effect_id)
    state, tone, why = states([effect])[effect.pk]
    context = {
        "effect": effect,
        "label": label_of(effect),
        "to": address_of(effect),
        "state": state,
        "tone": tone,
        "why": why,
        "words": words_of(effect),
        "obstacle": obstacle(effect),
        "key": secrets.token_hex(12),
        "back": _back(effect),
    }
    response = render(request, "messaging/desk/sent.html", context)
    response.headers["Content-Security-Policy"] = f"{POLICY}; frame-src 'self'"
    return response


@require_safe
@xframe_options_sameorigin
@require(PERMISSION)
def sent_frame(request: StaffRequest, effect_id: int) -> HttpResponse:
    """The mail's HTML for the sandboxed frame; no script can run in it, and no address leaks from it."""
    words = words_of(_reached(request, effect_id))
    html = words.mail.html if words and words.mail else GONE
    # The shop's own pictures by path: the frame's policy allows what is its own, whatever address it is read at.
    response = HttpResponse(html.replace(f'src="{settings.BASE_URL}/', 'src="/'))
    response.headers["Content-Security-Policy"] = FRAME_POLICY
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@require_POST
@require(PERMISSION)
def again(request: StaffRequest, effect_id: int) -> HttpResponse:
    """Send it once more, to the same address."""
    effect = _reached(request, effect_id)
    address = address_of(effect)
    if not allow(f"message-again:{address}", AN_HOUR, timedelta(hours=1), clock.now()):
        messages.error(request, "Several were sent there in the last hour; wait a little.")
        return redirect("desk-message-sent", effect_id=effect_id)
    try:
        send_again(effect_id=effect_id, key=request.POST.get("key", ""), actor=request.actor)
    except NotAgainError as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, f"On its way to {address}.")
    return redirect("desk-message-sent", effect_id=effect_id)


def words_of(effect: Effect) -> Words | None:
    """The message rendered from what was kept, in the words in force when it left (now, while it waits).

    The letterhead is today's. ``None`` when it was erased, holds a code, or its kind has changed since.
    """
    payload = effect.payload
    kind = registry.get(payload.get("message", ""))
    if kind is None or kind.is_secret:
        return None
    versions = in_force_at(kind.name, effect.sent_at) if effect.sent_at else in_force({kind.name})
    chosen = versions.of(kind.name, effect.channel_id, payload["language"])
    heads = letterheads([effect.channel_id])
    head = heads.get(effect.channel_id) or heads[None]
    try:
        if effect.kind == TEXT:
            text, _ = render_sms(kind, payload["language"], payload["context"], head, versions=chosen)
            return Words(sms=text)
        mail = render_mail(
            kind,
            payload["language"],
            payload["context"],
            head,
            unsubscribe_url=payload.get("unsubscribe_url", ""),
            versions=chosen,
        )
    except ContextError:
        return None
    return Words(mail=mail)


def _reached(request: StaffRequest, effect_id: int) -> Effect:
    """A message of the channels the member works for."""
    found = within_channels(Effect.objects.filter(kind__in=(EFFECT, TEXT)), request.member)
    effect = found.filter(pk=effect_id).first()
    if effect is None:
        raise Http404
    return effect


def _back(effect: Effect) -> tuple[str, str]:
    """Where one came from: the order, else the person."""
    about, _, number = effect.subject.partition(":")
    if about == "order" and number.isdecimal():
        return reverse("desk-order", args=[int(number)]), "Order"
    if effect.customer_id:
        return reverse("desk-customer", args=[effect.customer_id]), "Customer"
    return reverse("desk-home"), "Home"
