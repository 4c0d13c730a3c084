"""The same thing done to several orders from the list: each on its own, so one refusal stops no other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from aftercart.orders.actions import (
    fulfil_order,
    hold_order,
    release_order,
    resend_confirmation,
    tag_order,
)
from aftercart.orders.models import Order
from aftercart.orders.rules import Refused
from aftercart.stores.permissions import StaffRequest, require, within_channels

MOST = 100
TOLD = 5
SLIPS = "slips"


@dataclass(frozen=True, kw_only=True)
class Ask:
    """What is wanted: ``word`` is the reason of a hold or the tag, ``key`` the form's."""

    word: str
    key: str
    actor: str


@dataclass(frozen=True, kw_only=True)
class Deed:
    """One of the things that can be done to several orders."""

    label: str
    permission: str
    act: Callable[[Order, Ask], object]
    done: str


def _resend(order: Order, ask: Ask) -> None:
    if not resend_confirmation(order_id=order.pk, key=f"b{ask.key}", actor=ask.actor):
        raise Refused("Nothing can be sent: cancelled, declined, or without an address.")


DEEDS: dict[str, Deed] = {
    "send": Deed(
        label="Mark as sent",
        permission="orders.fulfil",
        act=lambda order, ask: fulfil_order(
            order_id=order.pk, key=f"bulk:{order.pk}:{ask.key}", actor=ask.actor
        ),
        done="marked as sent",
    ),
    "hold": Deed(
        label="Hold",
        permission="orders.fulfil",
        act=lambda order, ask: hold_order(order_id=order.pk, reason=ask.word, actor=ask.actor),
        done="held",
    ),
    "release": Deed(
        label="Release",
        permission="orders.fulfil",
        act=lambda order, ask: release_order(order_id=order.pk, actor=ask.actor),
        done="released",
    ),
    "tag": Deed(
        label="Tag",
        permission="orders.note",
        act=lambda order, ask: tag_order(order_id=order.pk, tag=ask.word, actor=ask.actor),
        done="tagged",
    ),
    "untag": Deed(
        label="Take the tag off",
        permission="orders.note",
        act=lambda order, ask: tag_order(order_id=order.pk, tag=ask.word, actor=ask.actor, is_on=False),
        done="untagged",
    ),
    "resend": Deed(
        label="Send confirmation again", permission="orders.resend", act=_resend, done="on their way"
    ),
}


def deeds_for(permissions: frozenset[str]) -> list[tuple[str, str]]:
    """What a member may do to several orders, for the list's choice."""
    deeds = [(name, deed.label) for name, deed in DEEDS.items() if deed.permission in permissions]
    return [*deeds, (SLIPS, "Print packing slips")] if "orders.fulfil" in permissions else deeds


@require_POST
@require("orders.view")
def act_on_many(request: StaffRequest) -> HttpResponse:
    """Do ``do`` to every checked ``order``; says how many it was done to, and which refused and why."""
    back = _back(request)
    if request.POST.get("do") == SLIPS and "orders.fulfil" in request.permissions:
        return redirect(
            f"{reverse('desk-bench-slips')}?{urlencode({'order': request.POST.getlist('order')}, doseq=True)}"
        )
    deed = DEEDS.get(request.POST.get("do", ""))
    chosen = {int(pk) for pk in request.POST.getlist("order") if pk.isdecimal() and len(pk) < 19}
    if deed is None or deed.permission not in request.permissions:
        messages.error(request, "Choose what to do.")
        return redirect(back)
    if not chosen or len(chosen) > MOST:
        messages.error(request, f"Check between one and {MOST} orders.")
        return redirect(back)
    ask = Ask(
        word=request.POST.get("word", "").replace("\0", "").strip()[:200],
        key=request.POST.get("key", "")[:30],
        actor=request.actor,
    )
    orders = within_channels(Order.objects.filter(pk__in=chosen), request.member).order_by("placed_at", "pk")
    _tell(request, deed, *_each(deed, list(orders), ask))
    return redirect(back)


def _each(deed: Deed, orders: list[Order], ask: Ask) -> tuple[int, list[str]]:
    done, refusals = 0, []
    for order in orders:
        try:
            deed.act(order, ask)
        except Refused as refused:
            refusals.append(f"{order.number}: {refused}")
        else:
            done += 1
    return done, refusals


def _tell(request: StaffRequest, deed: Deed, done: int, refusals: list[str]) -> None:
    if done:
        messages.success(request, f"{done} {deed.done}.")
    for words in refusals[:TOLD]:
        messages.error(request, words)
    if len(refusals) > TOLD:
        messages.error(request, f"{len(refusals) - TOLD} more were refused.")


def _back(request: StaffRequest) -> str:
    """Back to the list as it was filtered."""
    then = request.POST.get("then", "")
    is_ours = then.startswith("/desk/orders/") and url_has_allowed_host_and_scheme(then, allowed_hosts=None)
    return then if is_ours else "/desk/orders/"
