"""One turn of asking carriers: claim, ask, note. Outside any transaction while a carrier thinks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from aftercart.kernel import clock
from aftercart.tracking.actions import claim_looks, note_answer, note_trouble, record_scans
from aftercart.tracking.models import FINAL, CarrierService, Parcel
from aftercart.tracking.ports import CarrierSource, CarrierTrouble, UnknownNumber


def has_due(source: CarrierSource, now: datetime) -> bool:
    """Whether there is something to ask this service now: one look by index, no transaction."""
    service = CarrierService.objects.filter(code=source.code).first()
    if service and service.paused_until and service.paused_until > now:
        return False
    hour = now.replace(minute=0, second=0, microsecond=0)
    if service and service.window_at == hour and service.used >= source.budget:
        return False
    due = Parcel.objects.filter(carrier_code__in=source.carriers, look_at__lte=now)
    return due.exclude(status__in=FINAL).exclude(tracking_number="").exists()


def _quiet(doing: str) -> None:
    """Nobody asks what is being done."""


def ask(
    source: CarrierSource,
    *,
    should_stop: Callable[[], bool] = lambda: False,
    say: Callable[[str], None] = _quiet,
) -> int:
    """Ask one service about the parcels that are due; returns how many it answered about.

    The first trouble that is the service's own pauses it, and gives back the parcels that were not asked about.
    """
    taken = claim_looks(source=source, now=clock.now())
    for place, parcel in enumerate(taken):
        if should_stop():
            return place
        say(f"asking {source.label} about {parcel.tracking_number}")
        if not _ask_about(source, parcel, taken[place:]):
            return place
    return len(taken)


def _ask_about(source: CarrierSource, parcel: Parcel, left: Sequence[Parcel]) -> bool:
    try:
        told = source.look(parcel.tracking_number)
    except UnknownNumber as unknown:
        note_answer(source=source, parcel=parcel, now=clock.now(), problem=str(unknown))
        return True
    except CarrierTrouble as trouble:
        retry_after = trouble.retry_after
        note_trouble(
            source=source, unasked=left, problem=str(trouble), retry_after=retry_after, now=clock.now()
        )
        return False
    record_scans(parcel_id=parcel.pk, told=told, actor=f"carrier:{source.code}", source=source.code)
    note_answer(source=source, parcel=parcel, now=clock.now())
    return True
