"""The only writer of delays: found in batches by the clock, recounted daily, resolved by what happens."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from aftercart.delivery.promises import Destination, expected_after
from aftercart.delivery.rules import carrier_key, local
from aftercart.kernel import clock
from aftercart.kernel.journal.publish import publish
from aftercart.stores.models import Channel
from aftercart.tracking.delays_rules import (
    LEAST_SILENCE,
    TALKING,
    USUAL_SILENCE,
    Held,
    gaps_of,
    how_it_ended,
    is_past_promise,
    is_silent,
    silence_limit,
)
from aftercart.tracking.events import ParcelDelayed, ParcelDelayResolved
from aftercart.tracking.models import FINAL, Delay, Direction, Parcel, Scan, SilenceLimit

BATCH = 200
LOOKED_BACK = timedelta(days=60)  # what went wrong earlier is history, not news
LEARNT_FROM = timedelta(days=90)
PROMISE, SILENCE = Delay.Cause.PROMISE, Delay.Cause.SILENCE


def find_delays(*, now: datetime, actor: str) -> int:
    """Note every parcel that became late or silent, a transaction a batch; returns how many were noted."""
    found = 0
    while noted := _note_late(now, actor):
        found += noted
    limits = silence_limits()
    after = 0
    while True:
        noted, after = _note_silent(now, limits, after, actor)
        found += noted
        if not after:
            return found


def silence_limits() -> dict[str, int]:
    """Days of silence by carrier, for those that differ from the usual."""
    return dict(SilenceLimit.objects.values_list("carrier", "days"))


@transaction.atomic
def _note_late(now: datetime, actor: str) -> int:
    late = Q(pk__in=[])
    for channel_id, zone in Channel.objects.values_list("pk", "timezone"):
        today = local(now, zone).date()
        late |= Q(order__channel_id=channel_id, promised_on__lt=today, promised_on__gte=today - LOOKED_BACK)
    rows = _open(PROMISE).filter(late, promised_on__isnull=False).order_by("promised_on", "pk")
    parcels = list(rows.select_for_update(of=("self",), skip_locked=True)[:BATCH])
    return _note(parcels, PROMISE, now, actor)


@transaction.atomic
def _note_silent(now: datetime, limits: dict[str, int], after: int, actor: str) -> tuple[int, int]:
    """One batch of quiet parcels by id; which of them are too quiet depends on the carrier."""
    rows = _open(SILENCE).filter(
        pk__gt=after,
        status__in=TALKING,
        heard_at__lte=now - timedelta(days=LEAST_SILENCE),
        heard_at__gte=now - LOOKED_BACK,
    )
    quiet = list(rows.order_by("pk").select_for_update(of=("self",), skip_locked=True)[:BATCH])
    silent = [
        parcel
        for parcel in quiet
        if is_silent(status=parcel.status, heard_at=parcel.heard_at, limit=_limit(parcel, limits), now=now)
    ]
    return _note(silent, SILENCE, now, actor), quiet[-1].pk if len(quiet) == BATCH else 0


def _limit(parcel: Parcel, limits: dict[str, int]) -> int:
    return limits.get(carrier_key(parcel.carrier), USUAL_SILENCE)


def _open(cause: str) -> QuerySet[Parcel]:
    """Parcels to shoppers under way that this cause was not noted of yet."""
    known = Delay.objects.filter(parcel=OuterRef("pk"), cause=cause)
    rows = Parcel.objects.filter(~Exists(known), delivered_at__isnull=True, direction=Direction.OUTBOUND)
    return rows.exclude(status__in=FINAL).select_related("order__channel")


def _note(parcels: Sequence[Parcel], cause: str, now: datetime, actor: str) -> int:
    for parcel in parcels:
        delay = Delay.objects.create(
            parcel=parcel,
            cause=cause,
            noticed_at=now,
            promised_on=parcel.promised_on,
            days_late=_days_late(parcel, now),
            expected_by=expected_by(parcel, now),
        )
        publish(_delayed(delay, parcel, now), actor=actor, dedupe_key=f"parcel-delayed:{delay.pk}")
    return len(parcels)


def _days_late(parcel: Parcel, now: datetime) -> int:
    today = local(parcel.delivered_at or now, parcel.order.channel.timezone).date()
    late = is_past_promise(promised_on=parcel.promised_on, today=today)
    return (today - parcel.promised_on).days if late and parcel.promised_on else 0


def expected_by(parcel: Parcel, now: datetime) -> date | None:
    """When nine of ten such parcels have come, given how long this one takes already; ``None``: unknown."""
    order, zone = parcel.order, parcel.order.channel.timezone
    placed, today = local(order.placed_at, zone).date(), local(now, zone).date()
    address = order.ship_to
    destination = Destination(
        country=order.ship_country,
        region=str(address.get("region", "")),
        postcode=str(address.get("postcode", "")),
    )
    days = expected_after(destination.place(parcel.carrier), (today - placed).days)
    return placed + timedelta(days=days) if days is not None else None


def _delayed(delay: Delay, parcel: Parcel, now: datetime) -> ParcelDelayed:
    return ParcelDelayed(
        parcel_id=parcel.pk,
        order_id=parcel.order_id,
        customer_id=parcel.order.customer_id,
        channel_id=parcel.order.channel_id,
        delay_id=delay.pk,
        cause=delay.cause,
        days_late=delay.days_late if parcel.promised_on else None,
        days_silent=max(0, (now - parcel.heard_at).days) if parcel.heard_at else 0,
        promised_on=parcel.promised_on,
        expected_by=delay.expected_by,
        carrier=parcel.carrier,
    )


@transaction.atomic
def resolve_delays(*, parcel_id: int, actor: str) -> int:
    """End a parcel's delays that are over; the rest stay. Returns how many ended."""
    parcel = Parcel.objects.select_for_update(of=("self",)).select_related("order__channel").get(pk=parcel_id)
    ended = 0
    for delay in Delay.objects.select_for_update().filter(parcel=parcel, resolved_at__isnull=True):
        how = how_it_ended(
            Held(
                cause=delay.cause,
                noticed_at=delay.noticed_at,
                status=parcel.status,
                heard_at=parcel.heard_at,
                delivered_at=parcel.delivered_at,
            )
        )
        if not how:
            continue
        delay.resolved_at, delay.how = clock.now(), how
        delay.days_late = _days_late(parcel, delay.resolved_at)
        delay.save(update_fields=["resolved_at", "how", "days_late"])
        publish(_resolved(delay, parcel), actor=actor, dedupe_key=f"parcel-delay-resolved:{delay.pk}")
        ended += 1
    return ended


def _resolved(delay: Delay, parcel: Parcel) -> ParcelDelayResolved:
    return ParcelDelayResolved(
        parcel_id=parcel.pk,
        order_id=parcel.order_id,
        customer_id=parcel.order.customer_id,
        channel_id=parcel.order.channel_id,
        delay_id=delay.pk,
        cause=delay.cause,
        how=delay.how,
    )


def recount_delays(*, now: datetime) -> int:
    """Once a day: how late each open one is by now, and what to expect of it. Returns how many."""
    rows = Delay.objects.filter(resolved_at__isnull=True).select_related("parcel__order__channel")
    done = 0
    for delay in rows.order_by("pk").iterator(chunk_size=BATCH):
        late, expected = _days_late(delay.parcel, now), expected_by(delay.parcel, now)
        open_still = Delay.objects.filter(pk=delay.pk, resolved_at__isnull=True)
        done += open_still.update(days_late=late, expected_by=expected)
    return done


@transaction.atomic
def mark_delays(
    *, ids: Iterable[int], actor: str, is_known: bool = False, snoozed_until: datetime | None = None
) -> int:
    """Take delays in hand, or put them aside until a moment; those that ended meanwhile are left alone."""
    rows = Delay.objects.filter(pk__in=list(ids), resolved_at__isnull=True)
    if is_known:
        return rows.update(known_by=actor)
    return rows.update(snoozed_until=snoozed_until)


@transaction.atomic
def set_silence(*, carrier: str, days: int) -> SilenceLimit:
    """Say for a carrier how many silent days are too many; learning leaves it alone from then on."""
    limit, _ = SilenceLimit.objects.update_or_create(
        carrier=carrier_key(carrier), defaults={"days": days, "is_set": True}
    )
    return limit


@transaction.atomic
def learn_silence(*, now: datetime) -> int:
    """Learn each carrier's limit from the pauses between its scans of 90 days; those set by hand stay."""
    scans = Scan.objects.filter(occurred_at__gte=now - LEARNT_FROM, occurred_at__lte=now).order_by(
        "parcel_id", "occurred_at", "pk"
    )
    told = scans.values_list("parcel__carrier", "parcel_id", "occurred_at").iterator(chunk_size=5000)
    gaps = gaps_of((carrier_key(carrier), parcel_id, at) for carrier, parcel_id, at in told)
    set_by_hand = set(SilenceLimit.objects.filter(is_set=True).values_list("carrier", flat=True))
    for carrier, counts in gaps.items():
        if carrier not in set_by_hand:
            values = {"days": silence_limit(counts), "gaps": sum(counts.values())}
            SilenceLimit.objects.update_or_create(carrier=carrier, defaults=values)
    return len(gaps)
