"""Schedules: jobs that become due by the clock, once per due time however many workers there are."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.db import transaction

from aftercart.kernel import clock
from aftercart.kernel.work.jobs import JobFunction, enqueue, job
from aftercart.kernel.work.models import Schedule
from aftercart.kernel.work.plans import Daily, Every, Plan
from aftercart.kernel.work.pumps import PumpContext, pump

log = logging.getLogger(__name__)
registry: dict[str, Plan] = {}


@dataclass
class LocalZone:
    """Whom to ask for the time zone that daily schedules go by."""

    name: Callable[[], str]


_local = LocalZone(name=lambda: settings.TIME_ZONE)


def use_local_zone(name: Callable[[], str]) -> None:
    """Say where ``daily_at`` is local; called once by the app that knows the merchant's time zone."""
    _local.name = name


def schedule(
    name: str,
    *,
    every: timedelta | None = None,
    daily_at: time | None = None,
    max_attempts: int = 3,
) -> Callable[[JobFunction], JobFunction]:
    """Register ``def export(context: JobContext) -> None`` to run by the clock; put it in ``tasks.py``.

    Either ``every`` an interval (on a grid counted from 1970: every 5 minutes means :00, :05 ...) or
    ``daily_at`` a time of day where the merchant is. It runs as a job of the same name, so it has
    leases, retries and a place on the desk; its payload is ``{"due_at": "..."}``. Due times missed
    while no worker ran, or while the last run still goes on, collapse into one.

    Raises:
        TypeError: without exactly one of the two, or when the name is taken.
    """
    if (every is None) == (daily_at is None):
        raise TypeError(f"schedule {name} needs either every= or daily_at=")

    def register(function: JobFunction) -> JobFunction:
        registered = job(name, max_attempts=max_attempts)(function)
        if every is not None:
            registry[name] = Every(every)
        if daily_at is not None:
            registry[name] = Daily(daily_at)
        return registered

    return register


@pump("schedules")
def fire_due(context: PumpContext) -> int:  # noqa: ARG001 - a pump
    """Enqueue the jobs of all schedules that are due. Returns how many fired."""
    now = clock.now()
    rows = {row.name: row for row in Schedule.objects.filter(name__in=list(registry))}
    unplanned = [name for name, plan in registry.items() if name not in rows or rows[name].plan != str(plan)]
    due = [name for name, row in rows.items() if row.next_due_at <= now and name not in unplanned]
    if not unplanned and not due:
        return 0
    zone = _zone()
    for name in unplanned:
        _plan(name, registry[name], now=now, zone=zone)
    return sum(_fire(name, now=now, zone=zone) for name in due)


def _zone() -> ZoneInfo:
    name = _local.name()
    try:
        return ZoneInfo(name)
    except (ValueError, ZoneInfoNotFoundError):
        log.error("%r is no time zone: daily schedules run by UTC", name)
        return ZoneInfo("UTC")


def _plan(name: str, plan: Plan, *, now: datetime, zone: ZoneInfo) -> None:
    planned = {"plan": str(plan), "next_due_at": plan.after(now, zone)}
    with transaction.atomic():
        Schedule.objects.get_or_create(name=name, defaults=planned)
        Schedule.objects.filter(name=name).exclude(plan=str(plan)).update(**planned)


def _fire(name: str, *, now: datetime, zone: ZoneInfo) -> int:
    with transaction.atomic():
        due = Schedule.objects.select_for_update(skip_locked=True).filter(name=name, next_due_at__lte=now)
        row = due.first()
        if row is None:
            return 0
        enqueue(name, {"due_at": row.next_due_at.isoformat()}, key=f"schedule:{name}")
        row.last_due_at, row.last_fired_at = row.next_due_at, now
        row.next_due_at = registry[name].after(now, zone)
        row.save(update_fields=["last_due_at", "last_fired_at", "next_due_at"])
    return 1
