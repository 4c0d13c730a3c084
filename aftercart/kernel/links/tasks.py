"""What links forget by the clock."""

from __future__ import annotations

from datetime import timedelta

from aftercart.kernel import clock
from aftercart.kernel.links.cleaning import forget_stale
from aftercart.kernel.work.jobs import JobContext
from aftercart.kernel.work.schedules import schedule


@schedule("links.clean", every=timedelta(hours=1))
def clean(context: JobContext) -> None:  # noqa: ARG001 - a scheduled job
    """Forget used links, codes and limits that can no longer change an answer."""
    forget_stale(clock.now())
