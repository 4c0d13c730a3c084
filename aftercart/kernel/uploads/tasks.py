"""What uploads do by the clock."""

from __future__ import annotations

from datetime import timedelta

from aftercart.kernel import clock
from aftercart.kernel.uploads.actions import sweep
from aftercart.kernel.work.jobs import JobContext
from aftercart.kernel.work.schedules import schedule


@schedule("uploads.sweep", every=timedelta(hours=1))
def sweep_orphans(context: JobContext) -> None:  # noqa: ARG001 - a job
    """Delete photos that were sent and never kept."""
    sweep(now=clock.now())
