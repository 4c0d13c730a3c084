"""The bench on the desk: the queue, and runs that take orders from it."""

from __future__ import annotations

import secrets
from typing import Any

from django.contrib import messages
from django.db.models import Prefetch, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from aftercart.kernel import clock
from aftercart.orders.models import Line, Order
from aftercart.orders.rules import Refused
from aftercart.stores.models import SavedView
from aftercart.stores.permissions import StaffRequest, require, visible_channels, within_channels
from aftercart.stores.saved_views import drop_view_of, keep_posted_view, views_for
from aftercart.tracking.actions import end_run, start_run
from aftercart.tracking.bench.pick_list import pick_list
from aftercart.tracking.bench.queue import BUILT_IN, SHOW, SIZE, BenchFilters, by_promise, choices, sendable
from aftercart.tracking.models import Pick, PickRun

PAGE = "bench"


@require_safe
@require("orders.fulfil")
def queue(request: StaffRequest) -> HttpResponse:
    """What can be sent now, the oldest promise first: the first hundred, and how many there are."""
    filters, now = BenchFilters.read(request.GET.dict()), clock.now()
    today = timezone.localdate(now)
    all_rows = sendable(within_channels(Order.objects.for_list(), request.member), now)
    rows = filters.applied(all_rows, today=today, member_id=request.member.pk, now=now)
    orders = list(by_promise(_with_what_is_shown(rows, now))[:SIZE])
    channels = {channel.slug: channel.name for channel in visible_channels(request.member)}
    methods, countries = choices(all_rows)
    views, own = _views(request, filters)
    context = {
        "rows": [_row(order, today, request.member.pk) for order in orders],
        "total": len(orders) if len(orders) < SIZE else rows.count(),
        "run": open_run(request),
        "filters": filters,
        "shows": SHOW.items(),
        "channels": channels,
        "methods": [(method, method) for method in methods],
        "countries": [(country, country) for country in countries],
        "chips": filters.chips(channels),
        "views": views,
        "own_view": own,
        "is_filtered": bool(filters.saved()),
        "key": secrets.token_hex(12),
    }
    return render(request, "tracking/bench/queue.html", context)


@require_POST
@require("orders.fulfil")
def start(request: StaffRequest) -> HttpResponse:
    """Take the chosen orders (fields ``order``): one of them is packed at once, several begin with a pick list."""
    chosen = [int(pk) for pk in request.POST.getlist("order") if pk.isdecimal() and int(pk) < 2**63]
    reached = within_channels(Order.objects.filter(pk__in=chosen), request.member)
    try:
        started = start_run(
            order_ids=list(reached.values_list("pk", flat=True)),
            member_id=request.member.pk,
            key=f"desk:{request.member.pk}:{request.POST.get('key', '')[:40]}",
            actor=request.actor,
        )
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("desk-bench")
    for number, why in started.left:
        messages.warning(request, f"{number} was left: {why}")
    if len(chosen) == 1:
        return redirect("desk-bench-order", order_id=chosen[0])
    return redirect("desk-bench-run", run_id=started.run.pk)


@require_safe
@require("orders.fulfil")
def run(request: StaffRequest, run_id: int) -> HttpResponse:
    """A run: what to fetch, to be printed, and which orders are still to be packed."""
    found = _reached(request, run_id)
    picks = list(found.picks.select_related("order__channel").order_by("pk"))
    waiting = [pick for pick in picks if pick.ended_at is None and found.ends_at > clock.now()]
    context = {
        "run": found,
        "picks": picks,
        "waiting": waiting,
        "articles": pick_list([pick.order_id for pick in waiting]),
        "is_mine": found.member_id == request.member.pk,
    }
    return render(request, "tracking/bench/run.html", context)


@require_POST
@require("orders.fulfil")
def end(request: StaffRequest, run_id: int) -> HttpResponse:
    """Let go of a run: one's own, or (so that nothing waits for somebody who went home) a colleague's."""
    found = _reached(request, run_id)
    released = end_run(run_id=found.pk, actor=request.actor)
    messages.success(request, f"{released} order{'' if released == 1 else 's'} back in the queue.")
    return redirect("desk-bench")


@require_POST
@require("orders.fulfil")
def keep_view(request: StaffRequest) -> HttpResponse:
    """Save the filters under a name, for oneself or (with the permission) for the team."""
    filters = BenchFilters.read(request.POST.dict())
    keep_posted_view(request, page=PAGE, query=filters.saved())
    return redirect(f"{request.path.removesuffix('views/')}?{filters.query()}")


@require_POST
@require("orders.fulfil")
def drop_view(request: StaffRequest, view_id: int) -> HttpResponse:
    """Forget a saved view: one's own, or a shared one with the permission."""
    drop_view_of(request, page=PAGE, view_id=view_id)
    return redirect("desk-bench")


def open_run(request: StaffRequest) -> dict[str, Any] | None:
    """The member's newest run that still has something to pack; one query."""
    picks = Pick.objects.open(clock.now()).filter(run__member_id=request.member.pk).select_related("run")
    found = list(picks.order_by("-run_id", "pk"))
    if not found:
        return None
    mine = [pick for pick in found if pick.run_id == found[0].run_id]
    return {
        "pk": found[0].run_id,
        "left": len(mine),
        "next": mine[0].order_id,
        "ends_at": found[0].run.ends_at,
    }


def _reached(request: StaffRequest, run_id: int) -> PickRun:
    """A run whose every order the member sees."""
    found = get_object_or_404(PickRun, pk=run_id)
    orders = Order.objects.filter(picks__run=found)
    if within_channels(orders, request.member).count() != orders.count():
        raise Http404
    return found


def _with_what_is_shown(rows: QuerySet[Order], now: Any) -> QuerySet[Order]:
    picks = Pick.objects.open(now).select_related("run__member__user")
    return rows.prefetch_related(
        Prefetch("lines", Line.objects.exclude(kind=Line.Kind.FEE), to_attr="goods"),
        Prefetch("picks", picks, to_attr="open_picks"),
    )


def _row(order: Any, today: Any, member_id: int) -> dict[str, Any]:
    pick = order.open_picks[0] if order.open_picks else None
    goods = [line for line in order.goods if line.open_quantity]
    return {
        "order": order,
        "pieces": sum(line.open_quantity for line in goods),
        "first": goods[0].title if goods else "",
        "more": len(goods) - 1,
        "is_late": bool(order.promised_on and order.promised_on < today),
        "packer": ("You" if pick.run.member_id == member_id else str(pick.run.member.user))
        if pick and pick.run.member
        else "",
        "is_mine": bool(pick and pick.run.member_id == member_id),
    }


def _views(request: StaffRequest, filters: BenchFilters) -> tuple[list[dict[str, Any]], SavedView | None]:
    saved = list(views_for(request, PAGE))
    current = filters.saved()
    tabs = []
    for name, query in [*BUILT_IN, *((view.name, view.query) for view in saved)]:
        known = BenchFilters.read(query)
        tabs.append({"label": name, "href": f"?{known.query()}", "is_current": known.saved() == current})
    own = next((view for view in saved if BenchFilters.read(view.query).saved() == current), None)
    return tabs, own
