"""What is printed at the bench: packing slips in the shopper's language, and carriers' labels again."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from aftercart.orders.addresses import Address, address_lines
from aftercart.orders.models import Line, Order
from aftercart.stores.permissions import StaffRequest, require, within_channels
from aftercart.tracking.bench import labels
from aftercart.tracking.bench.reached import reached_order
from aftercart.tracking.models import Label, ParcelLine

MOST_SLIPS = 100


@require_safe
@require("orders.fulfil")
def slip(request: StaffRequest, order_id: int) -> HttpResponse:
    """An order's packing slip: what its newest parcels hold, or what is still to be sent."""
    return _slips(request, [reached_order(request, order_id)])


@require_safe
@require("orders.fulfil")
def slips(request: StaffRequest) -> HttpResponse:
    """Packing slips of several orders (``order``), a page each."""
    chosen = [int(pk) for pk in request.GET.getlist("order") if pk.isdecimal() and int(pk) < 2**63]
    rows = within_channels(Order.objects.for_list(), request.member)
    found = list(rows.filter(pk__in=chosen[:MOST_SLIPS]).order_by("placed_at", "pk"))
    if not found:
        raise Http404
    return _slips(request, found)


@require_safe
@require("orders.fulfil")
def label(request: StaffRequest, parcel_id: int) -> HttpResponse:
    """A parcel's label, to be printed (again)."""
    reached = within_channels(Label.objects.all(), request.member, "parcel__order__channel_id")
    found = get_object_or_404(reached, parcel_id=parcel_id)
    try:
        content = labels.read(found.name)
    except FileNotFoundError as error:
        raise Http404 from error
    ending = found.name.rpartition(".")[2]
    answer = HttpResponse(content, content_type=labels.MEDIA_TYPES[ending])
    answer["Content-Disposition"] = f'attachment; filename="label-{parcel_id}.{ending}"'
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["Cache-Control"] = "private, no-store"
    answer["X-Robots-Tag"] = "noindex"
    return answer


def _slips(request: StaffRequest, orders: list[Order]) -> HttpResponse:
    pages = [page for order in orders for page in _pages(order)]
    answer = render(request, "tracking/bench/slips.html", {"pages": pages, "count": len(orders)})
    answer["Cache-Control"] = "private, no-store"
    return answer


def _pages(order: Order) -> list[dict[str, Any]]:
    """A page for what is still here; when everything has left, one per parcel."""
    lines = list(order.lines.exclude(kind=Line.Kind.FEE).select_related("variant__product"))
    waiting = [(line, line.open_quantity) for line in lines if line.open_quantity]
    boxes = [waiting] if waiting else _sent(order)
    language = order.language if order.language in dict(settings.LANGUAGES) else "en"
    address = address_lines(Address.from_mapping(order.ship_to), language)
    return [
        {
            "order": order,
            "language": language,
            "address": address,
            "lines": [
                {"title": line.title_in(language), "sku": line.sku, "pieces": pieces} for line, pieces in box
            ],
            "number": number,
            "parcels": len(boxes),
        }
        for number, box in enumerate(boxes, 1)
    ]


def _sent(order: Order) -> list[list[tuple[Line, int]]]:
    packed = ParcelLine.objects.filter(parcel__order=order, parcel__direction="outbound")
    packed = packed.exclude(parcel__status="cancelled").select_related("line__variant__product")
    boxes: dict[int, list[tuple[Line, int]]] = {}
    for content in packed.order_by("parcel_id", "line__position"):
        boxes.setdefault(content.parcel_id, []).append((content.line, content.quantity))
    return list(boxes.values())
