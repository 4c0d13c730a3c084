"""Doors for carriers: our own signed webhook and AfterShip's. A closed door is a 404, a wrong signature a 401."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.http import Http404, HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from aftercart.kernel import clock
from aftercart.tracking.actions import record_many
from aftercart.tracking.carriers.aftership import reading as aftership
from aftercart.tracking.carriers.signatures import is_aftership, is_ours
from aftercart.tracking.carriers.webhook import reading as webhook
from aftercart.tracking.matching import parcels_by_number
from aftercart.tracking.models import Parcel
from aftercart.tracking.ports import HeardScan

LARGEST = 1_000_000


@csrf_exempt
@require_POST
def told_by_webhook(request: HttpRequest) -> JsonResponse:
    """Scans signed with our own scheme; what cannot be taken comes back with its place and reason."""
    secrets = settings.CARRIERS.webhook
    if not secrets:
        raise Http404
    if (body := _body(request)) is None:
        return _problem(413, f"A body has at most {LARGEST:,} bytes.")
    stamp, signature = (
        request.headers.get("Aftercart-Timestamp", ""),
        request.headers.get("Aftercart-Signature", ""),
    )
    if not is_ours(secrets=secrets, timestamp=stamp, signature=signature, body=body, now=clock.now()):
        return _problem(401, "The signature or its time is wrong.")
    lines = webhook.read(_json(body))
    if lines is None:
        return _problem(400, f'Send {{"scans": [...]}} with at most {webhook.MOST} scans.')
    found = parcels_by_number(Parcel.objects.all(), {line.tracking_number for line in lines})
    rejected = [
        {"at": line.at, "says": line.wrong or "no parcel has this number"}
        for line in lines
        if line.scan is None or line.tracking_number not in found
    ]
    told = ((found[line.tracking_number], line.scan) for line in lines if line.tracking_number in found)
    new, known = _record(((parcel_id, scan) for parcel_id, scan in told if scan), webhook.SOURCE)
    return JsonResponse({"recorded": new, "known": known, "rejected": rejected}, status=202)


@csrf_exempt
@require_POST
def told_by_aftership(request: HttpRequest) -> JsonResponse:
    """An update of AfterShip. What is not about a parcel of ours is answered 200, so that it is not sent for days."""
    secrets = settings.CARRIERS.aftership
    if not secrets:
        raise Http404
    if (body := _body(request)) is None:
        return _problem(413, f"A body has at most {LARGEST:,} bytes.")
    signature = request.headers.get("aftership-hmac-sha256", "")
    if not is_aftership(secrets=secrets, signature=signature, body=body):
        return _problem(401, "The signature is wrong.")
    payload = _json(body)
    if not isinstance(payload, dict):
        return _problem(400, "The body is not a JSON object.")
    update = aftership.read(payload)
    found = parcels_by_number(Parcel.objects.all(), {update.tracking_number}) if update else {}
    if update is None or not found:
        return JsonResponse({"recorded": 0, "known": 0, "skipped": "no parcel has this number"})
    parcel_id = found[update.tracking_number]
    update = aftership.read(payload, zone=zone_of(parcel_id)) or update
    new, known = _record(((parcel_id, scan) for scan in update.scans), aftership.SOURCE)
    return JsonResponse({"recorded": new, "known": known, "skipped": update.skipped})


def zone_of(parcel_id: int) -> ZoneInfo:
    """Where the parcel's channel is, for times without an offset."""
    name = Parcel.objects.values_list("order__channel__timezone", flat=True).get(pk=parcel_id)
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def _record(told: Iterable[tuple[int, HeardScan]], source: str) -> tuple[int, int]:
    by_parcel: dict[int, list[HeardScan]] = {}
    for parcel_id, scan in told:
        by_parcel.setdefault(parcel_id, []).append(scan)
    heard = record_many(told=by_parcel, actor=f"carrier:{source}", source=source)
    return len(heard.new), heard.known


def _body(request: HttpRequest) -> bytes | None:
    """The raw bytes, which the signature is over; ``None`` where they are too many."""
    length = request.headers.get("Content-Length") or "0"
    if length.isdecimal() and int(length) > LARGEST:
        return None
    body = request.read(LARGEST + 1)
    return body if len(body) <= LARGEST else None


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _problem(status: int, detail: str) -> JsonResponse:
    answer = JsonResponse({"type": "about:blank", "status": status, "detail": detail}, status=status)
    answer["Content-Type"] = "application/problem+json"
    return answer
