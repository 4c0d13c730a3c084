"""The desk's doors to changes: what waits for a decision, holds, and the same changes made by a colleague."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from aftercart.kernel import clock
from aftercart.orders.actions import (
    approve_change,
    ask_change,
    hold_order,
    refuse_change,
    release_order,
    undo_change,
)
from aftercart.orders.changes.forms import FORMS, WishForm
from aftercart.orders.changes.planning import basket_of
from aftercart.orders.changes.preview import (
    check_possible,
    line_to_change,
    look,
    sibling_choices,
    ware_choices,
)
from aftercart.orders.changes.refusals import Cannot
from aftercart.orders.changes.shown import PER_LINE
from aftercart.orders.changes.telling import KIND_WORDS, told, told_between
from aftercart.orders.desk.forms import new_key
from aftercart.orders.desk.reached import reached_order
from aftercart.orders.models import Change, ChangeState, Kind, Order
from aftercart.orders.rules import Refused
from aftercart.stores.permissions import StaffRequest, require, within_channels

VIEW, CHANGE, SEND = "orders.view", "orders.cancel", "orders.fulfil"
SHOWN = 50


@require_safe
@require(VIEW)
def list_changes(request: StaffRequest) -> HttpResponse:
    """What waits for a decision first, then what was changed last."""
    rows = _reached(request)
    waiting = rows.filter(state=ChangeState.WAITING, expires_at__gt=clock.now()).order_by("asked_at")
    recent = rows.exclude(state=ChangeState.WAITING).order_by("-asked_at", "-id")
    context = {
        "waiting": [(change, told(change, "en")) for change in waiting[:SHOWN]],
        "recent": recent[:SHOWN],
        "may": CHANGE in request.permissions,
    }
    return render(request, "orders/changes/desk/changes.html", context)


@require_POST
@require(CHANGE)
def approve(request: StaffRequest, change_id: int) -> HttpResponse:
    """Say yes."""
    change = _change(request, change_id)
    words = "Approved."
    return _done(request, lambda: approve_change(change_id=change.pk, actor=request.actor), words)


@require_POST
@require(CHANGE)
def refuse(request: StaffRequest, change_id: int) -> HttpResponse:
    """Say no, with the reason that the shopper reads."""
    change = _change(request, change_id)
    reason = _text(request, "reason")
    if not reason:
        messages.error(request, "Write why: the shopper reads it.")
        return redirect("desk-changes")
    return _done(
        request,
        lambda: refuse_change(change_id=change.pk, reason=reason, actor=request.actor),
        "Refused. The shopper is told why.",
    )


@require_POST
@require(CHANGE)
def undo(request: StaffRequest, change_id: int) -> HttpResponse:
    """Undo a change that was done."""
    change = _change(request, change_id)
    key = f"desk:{change.pk}:undo:{_text(request, 'key')[:40]}"
    return _done(
        request,
        lambda: undo_change(change_id=change.pk, key=key, actor=request.actor),
        "Undone, or waiting for the money it takes.",
        order_id=change.order_id,
    )


@require_POST
@require(SEND)
def hold(request: StaffRequest, order_id: int) -> HttpResponse:
    """Hold an order back."""
    order = reached_order(request, order_id)
    reason = _text(request, "reason")
    act = lambda: hold_order(order_id=order.pk, reason=reason, actor=request.actor)  # noqa: E731
    return _done(request, act, "Held until somebody releases it.", order_id=order.pk)


@require_POST
@require(SEND)
def release(request: StaffRequest, order_id: int) -> HttpResponse:
    """Let an order go to the warehouse now."""
    order = reached_order(request, order_id)
    reason = _text(request, "reason")
    return _done(
        request,
        lambda: release_order(order_id=order.pk, reason=reason, actor=request.actor),
        "Released: it can be sent now, and the shopper cannot change it any more.",
        order_id=order.pk,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@require(CHANGE)
def ask(request: StaffRequest, order_id: int, kind: str) -> HttpResponse:
    """One kind of change made by a colleague: form, totals, done. No window, no approval."""
    order = reached_order(request, order_id)
    if kind not in FORMS or kind == Kind.CANCEL:
        raise Http404
    context: dict[str, Any] = {"order": order, "kind": kind, "title": str(KIND_WORDS[kind]), "key": new_key()}
    try:
        check_possible(order, kind, clock.now(), is_staff=True)
        form = context["form"] = _form(request, order, kind)
        if form.is_bound and form.is_valid() and request.POST.get("confirm"):
            ask_change(
                order_id=order.pk,
                kind=kind,
                wish=form.wish(),
                key=f"desk:{order.pk}:{_text(request, 'key')[:40]}",
                actor=request.actor,
                seen=_text(request, "seen")[:24],
            )
            messages.success(request, "Changed, or waiting for the money it takes.")
            return redirect("desk-order", order_id=order.pk)
        if kind == Kind.REMOVE or (form.is_bound and form.is_valid()):
            context |= _review(order, kind, form)
    except Cannot as no:
        context["problem"] = str(no)
    status = 409 if "problem" in context and request.method == "POST" else 200
    return render(request, "orders/changes/desk/ask.html", context, status=status)


def _review(order: Order, kind: str, form: WishForm) -> dict[str, Any]:
    wish = form.wish() if form.is_bound else {"line": form.item.id if form.item else 0}
    plan = look(order, kind, wish)
    return {
        "rows": told_between(plan.before, plan.after),
        "before_minor": plan.before.worth_minor,
        "after_minor": plan.after.worth_minor,
        "seen": basket_of(order).digest,
        "money": plan.money,
    }


def _form(request: StaffRequest, order: Order, kind: str) -> WishForm:
    data = request.POST if request.method == "POST" else None
    if kind == Kind.ADD:
        return FORMS[kind](data, choices=ware_choices(order, _text(request, "q") or request.GET.get("q", "")))
    if kind not in PER_LINE:
        return FORMS[kind](data, initial=dict(order.ship_to))
    item = line_to_change(order, request.POST.get("line") or request.GET.get("line", ""))
    if kind == Kind.VARIANT:
        return FORMS[kind](data, item=item, choices=sibling_choices(order, item))
    return FORMS[kind](data, item=item, initial={"quantity": item.quantity})


def _done(
    request: StaffRequest, act: Callable[[], object], words: str, *, order_id: int | None = None
) -> HttpResponse:
    try:
        act()
    except Refused as no:
        messages.error(request, str(no))
    else:
        messages.success(request, words)
    return redirect("desk-order", order_id=order_id) if order_id else redirect("desk-changes")


def _reached(request: StaffRequest) -> QuerySet[Change]:
    orders = within_channels(Order.objects.all(), request.member)
    return Change.objects.filter(order__in=orders).select_related("order", "order__customer")


def _change(request: StaffRequest, change_id: int) -> Change:
    change = _reached(request).filter(pk=change_id).first()
    if change is None:
        raise Http404
    return change


def _text(request: StaffRequest, name: str) -> str:
    return request.POST.get(name, "").replace("\0", "").strip()[:300]
