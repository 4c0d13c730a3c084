"""Background work of the API."""

from __future__ import annotations

from datetime import timedelta

from aftercart.kernel import clock
from aftercart.kernel.api.idempotency import forget_old_answers
from aftercart.kernel.work.jobs import JobContext
from aftercart.kernel.work.schedules import schedule


@schedule("api.forget_old_answers", every=timedelta(hours=6))
def forget(_context: JobContext) -> None:
    """Stored answers are kept for a week."""
    forget_old_answers(now=clock.now())
