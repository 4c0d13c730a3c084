"""What delivery does by the clock: it learns each night."""

from __future__ import annotations

from datetime import time
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from aftercart.delivery.actions import learn_deliveries
from aftercart.kernel import clock
from aftercart.kernel.work.jobs import JobContext
from aftercart.kernel.work.schedules import schedule
from aftercart.stores.models import Merchant


@schedule("delivery.learn", daily_at=time(2, 20))
def learn_each_night(context: JobContext) -> None:  # noqa: ARG001 - a job's shape
    """The table of delivery times that promises go by from today on."""
    learn_deliveries(on=clock.now().astimezone(_zone()).date(), actor="system")


def _zone() -> ZoneInfo:
    merchant = Merchant.objects.first()
    try:
        return ZoneInfo(merchant.timezone if merchant else "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")
