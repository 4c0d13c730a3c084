"""The desk's doors to parcels: sending what is still here, and telling what a carrier said."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_naive, make_aware
from django.views.decorators.http import require_POST

from aftercart.kernel import clock
from aftercart.orders.actions import fulfil_order
from aftercart.orders.models import Order
from aftercart.orders.rules import Refused
from aftercart.stores.permissions import StaffRequest, require, within_channels
from aftercart.tracking.actions import cancel_parcel, record_scan, register_parcel
from aftercart.tracking.models import Parcel


@require_POST
@require("orders.fulfil")
def send(request: StaffRequest, order_id: int) -> HttpResponse:
    """Send lines (``line-<id>`` pieces) in one parcel, with carrier and number when there are any."""
    if not within_channels(Order.objects.filter(pk=order_id), request.member).exists():
        raise Http404
    wanted = {line_id: pieces for line_id, pieces in _pieces(request).items() if pieces}
    key = f"desk:{order_id}:{request.POST.get('key', '')[:40]}"
    try:
        if not wanted:
            raise Refused("Say how many pieces of which line leave.")
        with transaction.atomic():
            sent = fulfil_order(order_id=order_id, key=key, actor=request.actor, quantities_by_line=wanted)
            register_parcel(
                order_id=order_id,
                key=key,
                actor=request.actor,
                fulfilment=sent,
                carrier=_text(request, "carrier"),
                tracking_number=_text(request, "tracking_number"),
                shipped_at=sent.fulfilled_at,
            )
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, "Sent.")
    return redirect("desk-order", order_id=order_id)


@require_POST
@require("parcels.edit")
def scan(request: StaffRequest, parcel_id: int) -> HttpResponse:
    """Note by hand what happened to a parcel."""
    parcel = _parcel(request, parcel_id)
    try:
        at = parse_datetime(request.POST.get("occurred_at", "")) or clock.now()
        record_scan(
            parcel_id=parcel.pk,
            status=_text(request, "status"),
            reason=_text(request, "reason") if _text(request, "status") == "exception" else "",
            occurred_at=make_aware(at) if is_naive(at) else at,
            place=_text(request, "place"),
            actor=request.actor,
            source="desk",
        )
    except (Refused, ValueError) as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, "Noted.")
    return redirect("desk-order", order_id=parcel.order_id)


@require_POST
@require("parcels.edit")
def cancel(request: StaffRequest, parcel_id: int) -> HttpResponse:
    """Take a parcel back: it will not come."""
    parcel = _parcel(request, parcel_id)
    try:
        cancel_parcel(parcel_id=parcel.pk, actor=request.actor, reason=_text(request, "reason"))
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, "Taken back.")
    return redirect("desk-order", order_id=parcel.order_id)


def _parcel(request: StaffRequest, parcel_id: int) -> Parcel:
    parcels = within_channels(Parcel.objects.all(), request.member, "order__channel_id")
    return get_object_or_404(parcels, pk=parcel_id)


def _text(request: HttpRequest, name: str) -> str:
    return request.POST.get(name, "").replace("\0", "").strip()[:80]


def _pieces(request: HttpRequest) -> dict[int, int]:
    told = {
        name.removeprefix("line-"): str(value) for name, value in request.POST.items() if name[:5] == "line-"
    }
    return {
        int(line_id): min(int(pieces), 10**6)
        for line_id, pieces in told.items()
        if line_id.isdecimal() and pieces.isdecimal()
    }
