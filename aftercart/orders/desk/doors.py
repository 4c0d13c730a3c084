"""What staff do to an order. Refusals come back in words; a double post is one act."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from aftercart.kernel import clock
from aftercart.kernel.links.limits import allow
from aftercart.kernel.money import format_minor
from aftercart.orders.actions import (
    ask_refund,
    cancel_order,
    note_order,
    record_payment,
    resend_confirmation,
)
from aftercart.orders.desk.charges import where_to
from aftercart.orders.desk.forms import NoteForm, PaymentForm, RefundForm, pieces_of
from aftercart.orders.desk.page import order_page
from aftercart.orders.desk.reached import reached_order
from aftercart.orders.rules import Refused
from aftercart.stores.permissions import StaffRequest, require

RESENDS_AN_HOUR = 5


def _done(request: HttpRequest, order_id: int, act: Callable[[], object], words: str) -> HttpResponse:
    try:
        act()
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, words)
    return redirect("desk-order", order_id=order_id)


@require_POST
@require("orders.pay")
def pay(request: StaffRequest, order_id: int) -> HttpResponse:
    """Record money that came in."""
    order = reached_order(request, order_id)
    form = PaymentForm(order, request.POST)
    if not form.is_valid():
        return order_page(request, order, forms={"payment": form}, opened="pay", status=422)
    given = form.cleaned_data
    return _done(
        request,
        order.pk,
        lambda: record_payment(
            order_id=order.pk,
            amount_minor=form.minor,
            method=given["method"],
            reference=given["reference"],
            key=f"desk:{order.pk}:{given['key']}",
            actor=request.actor,
        ),
        f"{format_minor(form.minor, order.currency)} recorded.",
    )


@require_POST
@require("orders.refund")
def refund(request: StaffRequest, order_id: int) -> HttpResponse:
    """Give money back through the providers it came by, for pieces of lines (``line-<id>``) where given.

    What was paid elsewhere is recorded only, and the answer says so: somebody has to move that money.
    More than a role may give alone waits for approval.
    """
    order = reached_order(request, order_id)
    form = RefundForm(order, request.POST)
    if not form.is_valid():
        return order_page(request, order, forms={"refund": form}, opened="refund", status=422)
    given = form.cleaned_data
    try:
        asked = ask_refund(
            order_id=order.pk,
            amount_minor=form.minor,
            reason=given["reason"],
            words=given["words"],
            keeps_goods=given["keeps_goods"],
            key=f"desk:{given['key']}",
            actor=request.actor,
            role=request.member.role,
            quantities_by_line=pieces_of(request.POST),
        )
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        if asked.given:
            messages.success(request, " ".join(where_to(part, order.currency) for part in asked.given.parts))
        else:
            amount = format_minor(asked.request.amount_minor, order.currency)
            messages.warning(request, f"{amount} waits for approval. {asked.request.over}")
    return redirect("desk-order", order_id=order.pk)


@require_POST
@require("orders.cancel")
def cancel(request: StaffRequest, order_id: int) -> HttpResponse:
    """Cancel what has not left."""
    order = reached_order(request, order_id)
    reason = request.POST.get("reason", "").replace("\0", "").strip()[:200]
    words = "Cancelled. Money that was paid is refunded separately."
    return _done(
        request, order.pk, lambda: cancel_order(order_id=order.pk, reason=reason, actor=request.actor), words
    )


@require_POST
@require("orders.note")
def note(request: StaffRequest, order_id: int) -> HttpResponse:
    """Write a note for the team."""
    order = reached_order(request, order_id)
    form = NoteForm(request.POST)
    if not form.is_valid():
        return order_page(request, order, forms={"note": form}, status=422)
    text = form.cleaned_data["text"]
    return _done(
        request, order.pk, lambda: note_order(order_id=order.pk, text=text, actor=request.actor), "Noted."
    )


@require_POST
@require("orders.resend")
def resend(request: StaffRequest, order_id: int) -> HttpResponse:
    """Send the confirmation again."""
    order = reached_order(request, order_id)
    if not allow(f"desk-resend:{order.pk}", RESENDS_AN_HOUR, timedelta(hours=1), clock.now()):
        messages.error(request, "It was sent several times in the last hour; wait a little.")
        return redirect("desk-order", order_id=order.pk)
    return _done(
        request,
        order.pk,
        lambda: resend_confirmation(
            order_id=order.pk, key=request.POST.get("key", "")[:40], actor=request.actor
        ),
        f"On its way to {order.email}.",
    )
