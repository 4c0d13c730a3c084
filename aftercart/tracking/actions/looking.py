"""Asking carriers: who is asked next, and what is noted of the answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from aftercart.tracking.looking_rules import LEASE, next_look, pause_after
from aftercart.tracking.models import FINAL, CarrierService, Parcel
from aftercart.tracking.ports import CarrierSource


@transaction.atomic
def claim_looks(*, source: CarrierSource, now: datetime, most: int = 20) -> list[Parcel]:
    """The parcels to ask this service about now, taken for this worker alone.

    The service's row is locked while they are taken and their next look lies a lease ahead, so two workers never ask
    twice; what a worker that died had taken comes up again when the lease is over. Nothing while the service is paused
    or its budget of the hour is used up.
    """
    hour = now.replace(minute=0, second=0, microsecond=0)
    CarrierService.objects.get_or_create(code=source.code, defaults={"window_at": hour})
    service = CarrierService.objects.select_for_update().get(code=source.code)
    if service.paused_until and service.paused_until > now:
        return []
    used = service.used if service.window_at == hour else 0
    due = Parcel.objects.filter(carrier_code__in=source.carriers, look_at__lte=now).exclude(status__in=FINAL)
    taken = list(
        due.exclude(tracking_number="").order_by("look_at")[: max(0, min(most, source.budget - used))]
    )
    if taken:
        Parcel.objects.filter(pk__in=[parcel.pk for parcel in taken]).update(look_at=now + LEASE)
        service.used, service.window_at, service.asked_at = used + len(taken), hour, now
        service.save(update_fields=["used", "window_at", "asked_at"])
    return taken


@transaction.atomic
def note_answer(*, source: CarrierSource, parcel: Parcel, now: datetime, problem: str = "") -> None:
    """The service answered, even if only that it does not know the number: it is well."""
    CarrierService.objects.filter(code=source.code).update(
        answered_at=now, failures=0, problem="", paused_until=None
    )
    current = Parcel.objects.select_for_update().get(pk=parcel.pk)
    current.looked_at, current.look_problem = now, problem[:200]
    current.look_failures = min(current.look_failures + 1, 100) if problem else 0
    if current.status in FINAL:
        current.look_at = None
    else:
        current.look_at = now + next_look(current.status, failures=current.look_failures)
    current.save(update_fields=["looked_at", "look_at", "look_failures", "look_problem"])


@transaction.atomic
def note_trouble(
    *,
    source: CarrierSource,
    unasked: Sequence[Parcel],
    problem: str,
    retry_after: float | None,
    now: datetime,
) -> datetime:
    """The service is down, busy or refuses us: leave this one alone for a while; returns until when."""
    service = CarrierService.objects.select_for_update().get(code=source.code)
    service.failures = min(service.failures + 1, 100)
    service.problem = problem[:200]
    until = now + max(pause_after(service.failures), timedelta(seconds=min(retry_after or 0, 86_400)))
    service.paused_until = until
    service.save(update_fields=["failures", "problem", "paused_until"])
    Parcel.objects.filter(pk__in=[parcel.pk for parcel in unasked], look_at__isnull=False).update(
        look_at=until
    )
    return until
