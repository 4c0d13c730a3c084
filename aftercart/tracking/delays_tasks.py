"""What delays do by the clock. Imported at start by ``apps``."""

from __future__ import annotations

from datetime import time, timedelta

from aftercart.kernel import clock
from aftercart.kernel.work.jobs import JobContext, job
from aftercart.kernel.work.schedules import schedule
from aftercart.tracking.actions.delaying import find_delays, learn_silence, recount_delays
from aftercart.tracking.models import Parcel
from aftercart.tracking.transits import record_ways


@schedule("tracking.find_delays", every=timedelta(minutes=15))
def find_late_and_silent(context: JobContext) -> None:  # noqa: ARG001 - a job's shape
    """The shop knows before the shopper asks."""
    find_delays(now=clock.now(), actor="system")


@schedule("tracking.recount_delays", daily_at=time(3, 5))
def recount(context: JobContext) -> None:  # noqa: ARG001 - a job's shape
    """How late they are today, what to expect now, and what silence means by carrier."""
    learn_silence(now=clock.now())
    recount_delays(now=clock.now())


@schedule("tracking.teach_delivery", daily_at=time(1, 50))
def teach_history(context: JobContext) -> None:
    """What files brought in, and whatever else no event told of, before the nightly learning."""
    backfill(context)


@job("tracking.backfill_transits")
def backfill(context: JobContext) -> None:  # noqa: ARG001 - a job's shape
    """Every parcel's way, again: for imported history."""
    since = clock.now() - timedelta(days=730)
    record_ways(Parcel.objects.filter(order__placed_at__gte=since))
