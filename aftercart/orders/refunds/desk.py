"""The desk's doors to refunds that wait for approval, and to what a role may give alone."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from aftercart.kernel.money import MoneyError, from_minor, parse_minor
from aftercart.orders.actions import approve_refund, limit_refunds, refuse_refund
from aftercart.orders.desk.charges import where_to
from aftercart.orders.models import RefundLimit, RefundRequest
from aftercart.orders.rules import Refused
from aftercart.stores.models import Channel, Role
from aftercart.stores.permissions import StaffRequest, require, visible_channels, within_channels

APPROVE = "refunds.approve"
LIMITED = Role.AGENT
"""The one role that gives money back and may not approve."""
SHOWN = 50


@require_safe
@require("orders.refund")
def list_requests(request: StaffRequest) -> HttpResponse:
    """What waits for approval, the oldest first, then what was decided last."""
    rows = reached(request)
    context = {
        "waiting": rows.filter(state=RefundRequest.State.WAITING).order_by("asked_at", "pk")[:SHOWN],
        "decided": rows.filter(decided_at__isnull=False).order_by("-decided_at", "-pk")[:SHOWN],
        "may_approve": APPROVE in request.permissions,
    }
    return render(request, "orders/refunds/list.html", context)


@require_POST
@require(APPROVE)
def approve(request: StaffRequest, request_id: int) -> HttpResponse:
    """Give what a colleague asked for."""
    asked = get_object_or_404(reached(request), pk=request_id)
    try:
        given = approve_refund(request_id=asked.pk, actor=request.actor)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, " ".join(where_to(part, asked.order.currency) for part in given.parts))
    return redirect("desk-refunds")


@require_POST
@require(APPROVE)
def refuse(request: StaffRequest, request_id: int) -> HttpResponse:
    """Say no, with words for the colleague."""
    asked = get_object_or_404(reached(request), pk=request_id)
    why = request.POST.get("why", "").replace("\0", "").strip()[:200]
    try:
        refuse_refund(request_id=asked.pk, actor=request.actor, why=why)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, "Refused. Nothing went back.")
    return redirect("desk-refunds")


@require_http_methods(["GET", "HEAD", "POST"])
@require(APPROVE)
def limits(request: StaffRequest) -> HttpResponse:
    """What an agent may give back alone, per channel; an empty field is no limit."""
    wrong: dict[int, str] = {}
    if request.method == "POST":
        channel = get_object_or_404(
            visible_channels(request.member), pk=_number(request.POST.get("channel", ""))
        )
        try:
            limit_refunds(
                channel_id=channel.pk,
                role=LIMITED,
                per_refund_minor=_minor(request, "per_refund", channel),
                per_day_minor=_minor(request, "per_day", channel),
                actor=request.actor,
            )
        except MoneyError as error:
            wrong[channel.pk] = str(error)
        else:
            messages.success(request, f"Saved for {channel}.")
            return redirect("desk-refund-limits")
    known = {limit.channel_id: limit for limit in RefundLimit.objects.filter(role=LIMITED)}
    rows = [
        _row(channel, known.get(channel.pk), wrong)
        for channel in visible_channels(request.member).order_by("name")
    ]
    return render(request, "orders/refunds/limits.html", {"rows": rows}, status=422 if wrong else 200)


def reached(request: StaffRequest) -> QuerySet[RefundRequest]:
    """Requests about orders of channels the member sees."""
    rows = RefundRequest.objects.select_related("order__channel")
    return within_channels(rows, request.member, "order__channel_id")


def _row(channel: Channel, limit: RefundLimit | None, wrong: dict[int, str]) -> dict[str, Any]:
    return {
        "channel": channel,
        "per_refund": _text(limit.per_refund_minor if limit else None, channel),
        "per_day": _text(limit.per_day_minor if limit else None, channel),
        "wrong": wrong.get(channel.pk, ""),
    }


def _text(minor: int | None, channel: Channel) -> str:
    return "" if minor is None else str(from_minor(minor, channel.currency).amount)


def _minor(request: StaffRequest, name: str, channel: Channel) -> int | None:
    text = request.POST.get(name, "").replace("\0", "").strip()
    if not text:
        return None
    minor = parse_minor(text, channel.currency)
    if not 0 <= minor < 10**15:
        raise MoneyError("A limit is nothing or more.")
    return minor


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 19 else 0
