"""The shopper's doors to changes, behind the order's link: look, see the new total, confirm, undo."""

from __future__ import annotations

import secrets
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from aftercart.kernel import clock
from aftercart.orders.actions import ask_change, undo_change, withdraw_change
from aftercart.orders.changes.forms import FORMS, WishForm
from aftercart.orders.changes.planning import Plan, basket_of, undoable
from aftercart.orders.changes.preview import (
    check_possible,
    line_to_change,
    look,
    sibling_choices,
    ware_choices,
)
from aftercart.orders.changes.refusals import SENTENCES, Cannot
from aftercart.orders.changes.shown import PER_LINE, change_box, shown
from aftercart.orders.changes.telling import KIND_WORDS, told, told_between
from aftercart.orders.models import Change, ChangeState, Kind, Order
from aftercart.orders.permissions import FROM_LOOKUP, ShopperRequest, with_order
from aftercart.orders.portal_page import load_parts

AT_ONCE = (Kind.CANCEL, Kind.REMOVE)
"""Kinds that need no answer before their price can be told."""


@require_safe
@with_order
def overview(request: ShopperRequest) -> HttpResponse:
    """What can still be changed, until when, and what was."""
    order = request.order
    load_parts(order)
    lines = [line for line in order.lines.all() if line.kind != "fee"]
    context = {
        "box": change_box(order, clock.now()),
        "lines": lines,
        "needs_code": request.trust == FROM_LOOKUP,
    }
    return _page(request, "overview", context)


@require_http_methods(["GET", "HEAD", "POST"])
@with_order
def ask(request: ShopperRequest, kind: str) -> HttpResponse:
    """One kind of change: its form, then the new total beside the old one, then done."""
    if kind not in FORMS:
        raise Http404
    context: dict[str, Any] = {"kind": kind, "title": KIND_WORDS[kind], "search": _search(request)}
    if kind == Kind.ADDRESS and request.trust == FROM_LOOKUP:
        return _page(request, "code-first", context, status=200 if request.method != "POST" else 403)
    try:
        check_possible(request.order, kind, clock.now())
        form = _form(request, kind)
        context["form"] = form
        if request.POST.get("confirm") and form.is_valid():
            return _confirm(request, kind, form)
        if kind in AT_ONCE or (form.is_bound and form.is_valid()):
            wish = form.wish() if form.is_bound and form.is_valid() else _plain_wish(form)
            context |= _review(request.order, look(request.order, kind, wish))
    except Cannot as no:
        context["problem"] = str(no)
    status = 422 if "form" in context and context["form"].errors else 409 if "problem" in context else 200
    if request.method != "POST" and status == 409:
        status = 200
    return _page(request, "ask", context, status=status)


@require_safe
@with_order
def show_change(request: ShopperRequest, change_id: int) -> HttpResponse:
    """What became of a change."""
    change = _change(request, change_id)
    now = clock.now()
    context = {
        "change": change,
        "row": shown(change, now),
        "rows": told(change, shows_address=request.trust != FROM_LOOKUP),
        "why": SENTENCES.get(change.answer_code, ""),
        "may_undo": _may_undo(request.order, change),
        "pay_path": pay_path(request) if change.state == ChangeState.UNPAID else "",
    }
    return _page(request, "change", context)


@require_POST
@with_order
def withdraw(request: ShopperRequest, change_id: int) -> HttpResponse:
    """Take a request back."""
    change = _change(request, change_id)
    try:
        withdraw_change(change_id=change.pk, actor=request.actor)
    except Cannot as no:
        messages.error(request, str(no))
    else:
        messages.success(request, _("Withdrawn. Your order stays as it was."))
    return redirect("order-change", token=request.token, change_id=change.pk)


@require_POST
@with_order
def undo(request: ShopperRequest, change_id: int) -> HttpResponse:
    """Undo a change that was done."""
    change = _change(request, change_id)
    if change.kind == Kind.ADDRESS and request.trust == FROM_LOOKUP:
        return _page(request, "code-first", {"title": KIND_WORDS[Kind.UNDO]}, status=403)
    key = f"portal:{request.order.pk}:undo:{change.pk}:{request.POST.get('key', '')[:40]}"
    try:
        made = undo_change(change_id=change.pk, key=key, actor=request.actor)
    except Cannot as no:
        messages.error(request, str(no))
        return redirect("order-change", token=request.token, change_id=change.pk)
    return redirect("order-change", token=request.token, change_id=made.pk)


def pay_path(request: ShopperRequest) -> str:
    """Where the difference is paid; then the shopper is back here."""
    there = reverse("order-payment", args=[request.token])
    return f"{there}?{urlencode({'then': request.path})}"


def _confirm(request: ShopperRequest, kind: str, form: WishForm) -> HttpResponse:
    made = ask_change(
        order_id=request.order.pk,
        kind=kind,
        wish=form.wish(),
        key=f"portal:{request.order.pk}:{request.POST.get('key', '')[:40]}",
        actor=request.actor,
        seen=request.POST.get("seen", "")[:24],
        note=request.POST.get("note", "").replace("\0", ""),
    )
    return redirect("order-change", token=request.token, change_id=made.pk)


def _form(request: ShopperRequest, kind: str) -> WishForm:
    order = request.order
    data = request.POST if request.method == "POST" else None
    if kind not in PER_LINE:
        if kind == Kind.ADD:
            return FORMS[kind](data, choices=ware_choices(order, _search(request)))
        return FORMS[kind](data, initial=dict(order.ship_to) if kind == Kind.ADDRESS else None)
    item = line_to_change(order, request.POST.get("line") or request.GET.get("line", ""))
    if kind == Kind.VARIANT:
        return FORMS[kind](data, item=item, choices=sibling_choices(order, item))
    return FORMS[kind](data, item=item, initial={"quantity": item.quantity})


def _search(request: ShopperRequest) -> str:
    return (request.POST.get("q") or request.GET.get("q", "")).replace("\0", "")[:80]


def _plain_wish(form: WishForm) -> dict[str, Any]:
    return {"line": form.item.id} if form.item else {}


def _review(order: Order, plan: Plan) -> dict[str, Any]:
    difference = plan.after.worth_minor - plan.before.worth_minor
    return {
        "plan": plan,
        "rows": told_between(plan.before, plan.after),
        "before_minor": plan.before.worth_minor,
        "after_minor": plan.after.worth_minor,
        "more_minor": max(0, difference),
        "back_minor": plan.money.give_back,
        "charge_minor": plan.money.charge,
        "seen": basket_of(order).digest,
    }


def _may_undo(order: Order, change: Change) -> bool:
    now = clock.now()
    if order.changeable_until is None or now >= order.changeable_until:
        return False
    if change.state != ChangeState.APPLIED or Change.objects.open().filter(order=order).exists():
        return False
    try:
        return bool(undoable(order, change.pk, basket_of(order)))
    except Cannot:
        return False


def _change(request: ShopperRequest, change_id: int) -> Change:
    change = Change.objects.filter(order=request.order, pk=change_id).first()
    if change is None:
        raise Http404
    return change


def _page(request: ShopperRequest, name: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    order = request.order
    context |= {
        "order": order,
        "channel": order.channel,
        "token": request.token,
        "key": secrets.token_urlsafe(12),
        "until": order.changeable_until
        if order.changeable_until and clock.now() < order.changeable_until
        else None,
    }
    return render(request, f"orders/changes/portal/{name}.html", context, status=status)
