"""The desk's doors to carriers: how their services answer, codes nobody knows, tracking as a file."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db.models import Count, Max, Min
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from aftercart.kernel import clock
from aftercart.orders.rules import Refused
from aftercart.stores.permissions import StaffRequest, require, within_channels
from aftercart.tracking.actions import explain_code, forget_code, record_many
from aftercart.tracking.carriers.csv import reading as tables
from aftercart.tracking.carriers.registry import configured
from aftercart.tracking.matching import parcels_by_number
from aftercart.tracking.models import FINAL, CarrierService, CodeMeaning, Parcel, Reason, Scan, Status
from aftercart.tracking.ports import CarrierSource, HeardScan

SHOWN = 50


@require_safe
@require("orders.view")
def overview(request: StaffRequest) -> HttpResponse:
    """Services and doors with their state in words, codes to be explained, codes explained."""
    known = {service.code: service for service in CarrierService.objects.all()}
    context = {
        "services": [_service(source, known.get(source.code)) for source in configured()],
        "doors": _doors(),
        "unknown": list(
            Scan.objects.unexplained()
            .order_by()
            .values("source", "raw_code")
            .annotate(scans=Count("id"), says=Max("message"), last=Max("occurred_at"))
            .order_by("-scans")[:SHOWN]
        ),
        "meanings": [
            {"row": row, "status": Status(row.status).label, "reason": row.get_reason_display()}
            for row in CodeMeaning.objects.order_by("source", "raw_code")[:SHOWN]
        ],
        "statuses": Status.choices,
        "reasons": Reason.choices,
        "may_edit": "parcels.edit" in request.permissions,
    }
    return render(request, "tracking/desk/carriers.html", context)


@require_POST
@require("parcels.edit")
def meaning(request: StaffRequest) -> HttpResponse:
    """Say what a code means, or take it back (``then=forget``)."""
    source, raw_code = (_text(request, name) for name in ("source", "raw_code"))
    try:
        if request.POST.get("then") == "forget":
            count = forget_code(source=source, raw_code=raw_code, actor=request.actor)
        else:
            count = explain_code(
                source=source,
                raw_code=raw_code,
                status=_text(request, "status"),
                reason=_text(request, "reason"),
                actor=request.actor,
            )
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, f"Noted; {count} parcel{'s' if count != 1 else ''} looked at anew.")
    return redirect("desk-carriers")


@require_http_methods(["GET", "HEAD", "POST"])
@require("parcels.edit")
def file(request: StaffRequest) -> HttpResponse:
    """Tracking as a file: first shown with its rejects, then (``take``) taken."""
    if request.method != "POST":
        return render(request, "tracking/desk/file.html", {})
    data = _data(request)
    reading = tables.read(data)
    rows = within_channels(Parcel.objects.all(), request.member, "order__channel_id")
    found = parcels_by_number(rows, {row.tracking_number for row in reading.rows})
    stray = [row for row in reading.rows if row.tracking_number not in found]
    told: dict[int, list[HeardScan]] = {}
    for row in reading.rows:
        if row.tracking_number in found:
            told.setdefault(found[row.tracking_number], []).append(row.scan)
    if request.POST.get("take") and told and not reading.wrong:
        heard = record_many(told=told, actor=request.actor, source=tables.SOURCE)
        left = len(stray) + len(reading.rejects)
        messages.success(request, f"{len(heard.new)} new scans, {heard.known} known, {left} left out.")
        return redirect("desk-parcels")
    context = {
        "reading": reading,
        "stray": stray[:SHOWN],
        "strays": len(stray),
        "rejects": reading.rejects[:SHOWN],
        "first": [row for row in reading.rows if row.tracking_number in found][:10],
        "parcels": len(told),
        "scans": sum(map(len, told.values())),
        "content": data.decode("utf-8-sig", errors="replace") if told else "",
    }
    return render(request, "tracking/desk/file.html", context)


def _data(request: StaffRequest) -> bytes:
    uploaded = request.FILES.get("files")
    if uploaded is not None:
        return bytes(uploaded.read(tables.MOST_BYTES + 1))
    return request.POST.get("content", "").encode()


def _service(source: CarrierSource, service: CarrierService | None) -> dict[str, Any]:
    now = clock.now()
    waiting = Parcel.objects.filter(carrier_code__in=source.carriers, look_at__isnull=False).exclude(
        status__in=FINAL
    )
    is_paused = bool(service and service.paused_until and service.paused_until > now)
    hour = now.replace(minute=0, second=0, microsecond=0)
    used = service.used if service and service.window_at == hour else 0
    return {
        "label": source.label,
        "service": service,
        "is_paused": is_paused,
        "is_spent": used >= source.budget,
        "used": used,
        "budget": source.budget,
        **waiting.aggregate(parcels=Count("pk"), next_at=Min("look_at")),
    }


def _doors() -> list[dict[str, Any]]:
    keys = settings.CARRIERS
    rows = (
        ("Our webhook", keys.webhook, "hook-tracking", "AFTERCART_TRACKING_SECRET"),
        ("AfterShip", keys.aftership, "hook-aftership", "AFTERCART_AFTERSHIP_SECRET"),
    )
    return [
        {"label": label, "is_open": bool(secrets), "url_name": url_name, "variable": variable}
        for label, secrets, url_name, variable in rows
    ]


def _text(request: StaffRequest, name: str) -> str:
    return request.POST.get(name, "").replace("\0", "").strip()[:80]
