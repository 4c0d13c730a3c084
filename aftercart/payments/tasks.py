"""What payments do in the background: ask about what hangs, forget what is old."""

from __future__ import annotations

from datetime import time, timedelta

from aftercart.kernel import clock
from aftercart.kernel.work.jobs import JobContext
from aftercart.kernel.work.schedules import schedule
from aftercart.payments.actions import forget_raw_events, reconcile
from aftercart.payments.providers.sandbox import tasks as sandbox_tasks

__all__ = ["ask_about_what_hangs", "forget_old_events", "sandbox_tasks"]
RAW_LIVES = timedelta(days=90)


@schedule("payments.reconcile", every=timedelta(minutes=5))
def ask_about_what_hangs(context: JobContext) -> None:  # noqa: ARG001 - a job
    """Ask providers about charges and refunds whose end is overdue."""
    reconcile(now=clock.now())


@schedule("payments.forget_events", daily_at=time(4, 10))
def forget_old_events(context: JobContext) -> None:  # noqa: ARG001 - a job
    """Drop the raw text of old events."""
    forget_raw_events(before=clock.now() - RAW_LIVES)
