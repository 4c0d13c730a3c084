"""What time alone does to parcels."""

from __future__ import annotations

from datetime import timedelta

from aftercart.kernel import clock
from aftercart.kernel.work.jobs import Interrupted, JobContext
from aftercart.kernel.work.schedules import schedule
from aftercart.tracking.actions import settle_due


@schedule("tracking.settle", every=timedelta(minutes=10))
def settle(context: JobContext) -> None:
    """Call silent parcels silent, and believe scans whose day has come."""
    while settle_due(now=clock.now()):
        if context.should_stop():
            raise Interrupted
