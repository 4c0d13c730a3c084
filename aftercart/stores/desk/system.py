"""The machine room on the desk: workers, jobs, schedules, and what leaves through the outbox."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, cast

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from aftercart.kernel import clock
from aftercart.kernel.outbox import actions as outbox
from aftercart.kernel.outbox.models import Effect, EffectQuerySet
from aftercart.kernel.work import actions as work
from aftercart.kernel.work.models import Job, Schedule, Worker
from aftercart.stores.permissions import StaffRequest, require, within_channels

SIZE = 50
SILENT_AFTER = timedelta(minutes=2)


@require_safe
@require("journal.view")
def overview(request: StaffRequest) -> HttpResponse:
    """Workers with their heartbeats, jobs that run or failed, schedules."""
    now = clock.now()
    workers = list(Worker.objects.order_by("-seen_at")[:20])
    context = {
        "workers": [(worker, now - worker.seen_at < SILENT_AFTER) for worker in workers],
        "running": list(Job.objects.filter(state=Job.State.RUNNING).order_by("started_at")[:SIZE]),
        "waiting": Job.objects.filter(state=Job.State.PENDING).count(),
        "dead": list(Job.objects.dead()[:SIZE]),
        "recent": list(Job.objects.filter(state=Job.State.DONE).order_by("-finished_at")[:10]),
        "schedules": list(Schedule.objects.order_by("name")),
        "may_retry": "journal.retry" in request.permissions,
        "section": "overview",
    }
    return render(request, "stores/desk/system.html", context)


@require_POST
@require("journal.retry")
def job(request: StaffRequest, job_id: int) -> HttpResponse:
    """Try a job again, or let it be (``then=cancel``)."""
    act = work.cancel_job if request.POST.get("then") == "cancel" else work.retry_job
    if act(job_id=job_id, actor=request.actor):
        messages.success(request, "Done.")
    else:
        messages.error(request, "It has moved on since; look again.")
    return redirect("desk-system")


@require_safe
@require("journal.view")
def effects(request: StaffRequest) -> HttpResponse:
    """What left or is to leave, newest first."""
    state = request.GET.get("state", "")
    text = request.GET.get("q", "").replace("\0", "").strip()[:80]
    rows = _reached(request).listed(state=state if state in Effect.State.values else "", text=text)
    cursor = request.GET.get("cursor", "")
    if cursor.isdecimal() and len(cursor) < 19:
        rows = rows.filter(pk__lt=int(cursor))
    found = list(rows[: SIZE + 1])
    counts = Effect.objects.counts()
    tabs: list[dict[str, Any]] = [{"label": "All", "href": "?", "is_current": not state}]
    for value, label in Effect.State.choices:
        if counts[value] or value == state:
            tab = {
                "label": label,
                "href": f"?state={value}",
                "count": counts[value],
                "is_current": value == state,
            }
            tabs.append(tab)
    context = {
        "effects": found[:SIZE],
        "next": found[SIZE - 1].pk if len(found) > SIZE else "",
        "tabs": tabs,
        "state": state,
        "search": text,
        "section": "outbox",
    }
    return render(request, "stores/desk/outbox.html", context)


@require_safe
@require("journal.view")
def effect(request: StaffRequest, effect_id: int) -> HttpResponse:
    """One effect: how often it was tried and what was answered; what it says for those who may send it again.

    A mail holds links and codes that open a shopper's own pages, so reading the journal is not enough.
    """
    found = get_object_or_404(_reached(request), pk=effect_id)
    context = {
        "effect": found,
        "may_retry": "journal.retry" in request.permissions,
        "is_open": found.state in {"pending", "failed"},
        "is_troubled": found.state in {"dead", "unclear", "cancelled"},
        "section": "outbox",
    }
    return render(request, "stores/desk/effect.html", context)


@require_POST
@require("journal.retry")
def act_on_effect(request: StaffRequest, effect_id: int) -> HttpResponse:
    """Try an effect again, or cancel it (``then=cancel``)."""
    get_object_or_404(_reached(request), pk=effect_id)
    act = outbox.cancel if request.POST.get("then") == "cancel" else outbox.retry
    try:
        act(effect_id=effect_id, actor=request.actor)
    except outbox.StateError as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, "Done.")
    return redirect("desk-effect", effect_id=effect_id)


def _reached(request: StaffRequest) -> EffectQuerySet:
    """The effects of the channels the member works for."""
    return cast("EffectQuerySet", within_channels(Effect.objects.all(), request.member))
