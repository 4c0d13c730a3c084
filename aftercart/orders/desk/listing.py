"""The list of orders: filters, saved views, pages by bookmark, and the same as CSV."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from aftercart.kernel import clock
from aftercart.kernel.money import from_minor
from aftercart.kernel.spreadsheets import BOM, csv_lines
from aftercart.orders.desk.bulk import deeds_for
from aftercart.orders.desk.filters import CHOICES, SORTS, Filters
from aftercart.orders.desk.forms import new_key
from aftercart.orders.models import Order
from aftercart.stores.models import SavedView
from aftercart.stores.permissions import StaffRequest, require, visible_channels, within_channels
from aftercart.stores.saved_views import drop_view_of, keep_posted_view, views_for

PAGE = "orders"
SIZE = 50
BUILT_IN: tuple[tuple[str, dict[str, str]], ...] = (
    ("All", {}),
    ("To send", {"due": "send"}),
    ("Late", {"due": "late"}),
    ("Unpaid", {"due": "pay"}),
    ("To refund", {"due": "refund"}),
)


@require_safe
@require("orders.view")
def list_orders(request: StaffRequest) -> HttpResponse:
    """Orders that fit the filters, newest first unless sorted otherwise."""
    filters = Filters.read(request.GET.dict())
    rows = _rows(request, filters)
    orders, following = _page(rows, filters.sort, request.GET.get("cursor", ""))
    channels = {channel.slug: channel.name for channel in visible_channels(request.member)}
    views, own = _views(request, filters)
    context = {
        "orders": orders,
        "next": following,
        "filters": filters,
        "choices": CHOICES,
        "channels": channels,
        "chips": filters.chips(channels),
        "views": views,
        "own_view": own,
        "query": filters.query(),
        "is_filtered": bool(filters.query(sort="")),
        "today": _today(),
        "deeds": deeds_for(request.permissions),
        "key": new_key(),
    }
    return render(request, "orders/desk/orders.html", context)


@require_safe
@require("orders.view")
def export_orders(request: StaffRequest) -> StreamingHttpResponse:
    """The orders that fit the filters as CSV, streamed; amounts in major units, times in UTC."""
    rows = _rows(request, Filters.read(request.GET.dict())).order_by("-placed_at", "-pk")
    response = StreamingHttpResponse(_csv(rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="orders-{_today().isoformat()}.csv"'
    return response


@require_POST
@require("orders.view")
def keep_view(request: StaffRequest) -> HttpResponse:
    """Save the filters under a name, for oneself or (with the permission) for the team."""
    filters = Filters.read(request.POST.dict())
    keep_posted_view(request, page=PAGE, query=filters.saved())
    return redirect(f"{request.path.removesuffix('views/')}?{filters.query()}")


@require_POST
@require("orders.view")
def drop_view(request: StaffRequest, view_id: int) -> HttpResponse:
    """Forget a saved view: one's own, or a shared one with the permission."""
    drop_view_of(request, page=PAGE, view_id=view_id)
    return redirect("desk-orders")


def _rows(request: StaffRequest, filters: Filters) -> QuerySet[Order]:
    reached = within_channels(Order.objects.for_list(), request.member)
    return filters.applied(reached, today=_today())


def _today() -> Any:
    return timezone.localdate(clock.now())


def _page(rows: QuerySet[Order], sort: str, cursor: str) -> tuple[list[Order], str]:
    is_falling, field = sort.startswith("-"), SORTS[sort.removeprefix("-")]
    if (after := _read(cursor, field)) is not None:
        step = "lt" if is_falling else "gt"
        value, pk = after
        rows = rows.filter(Q(**{f"{field}__{step}": value}) | Q(**{field: value, f"pk__{step}": pk}))
    sign = "-" if is_falling else ""
    found = list(rows.order_by(f"{sign}{field}", f"{sign}pk")[: SIZE + 1])
    return found[:SIZE], _write(found[SIZE - 1], field) if len(found) > SIZE else ""


def _write(order: Order, field: str) -> str:
    value = getattr(order, field)
    place = [value.isoformat() if isinstance(value, datetime) else value, order.pk]
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")


def _read(cursor: str, field: str) -> tuple[Any, int] | None:
    """Where the page begins; a bookmark that was tampered with gives the first page."""
    try:
        value, pk = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        known = datetime.fromisoformat(value) if field == "placed_at" else int(value)
        return known, int(pk)
    except (ValueError, TypeError):
        return None


def _views(request: StaffRequest, filters: Filters) -> tuple[list[dict[str, Any]], SavedView | None]:
    saved = list(views_for(request, PAGE))
    current = filters.saved()
    tabs = [_tab(name, Filters.read(query), current) for name, query in BUILT_IN]
    tabs += [_tab(view.name, Filters.read(view.query), current) for view in saved]
    own = next((view for view in saved if Filters.read(view.query).saved() == current), None)
    return tabs, own


def _tab(name: str, filters: Filters, current: dict[str, str]) -> dict[str, Any]:
    return {"label": name, "href": f"?{filters.query()}", "is_current": filters.saved() == current}


COLUMNS = (
    "number",
    "channel",
    "placed_at",
    "state",
    "payment_state",
    "fulfilment_state",
    "customer",
    "email",
    "country",
    "currency",
    "total",
    "paid",
    "refunded",
    "promised_on",
)


def _csv(rows: QuerySet[Order]) -> Iterator[str]:
    yield BOM
    yield from csv_lines(COLUMNS, map(_cells, rows.iterator(chunk_size=1000)))


def _cells(order: Order) -> list[Any]:
    amounts = (order.total_minor, order.paid_minor, order.refunded_minor)
    return [
        order.number,
        order.channel.slug,
        order.placed_at.isoformat(),
        order.state,
        order.payment_state,
        order.fulfilment_state,
        order.customer.name if order.customer else "",
        order.email,
        order.ship_country,
        order.currency,
        *(from_minor(amount, order.currency).amount for amount in amounts),
        order.promised_on or "",
    ]
