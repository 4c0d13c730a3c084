"""What orders do in the background."""

from __future__ import annotations

from datetime import timedelta

from aftercart.kernel import clock
from aftercart.kernel.work.jobs import JobContext, job
from aftercart.kernel.work.schedules import schedule
from aftercart.orders.actions import expire_changes
from aftercart.orders.actions.code import JOB, send_lookup_code


@job(JOB, max_attempts=3, retry_after=timedelta(seconds=1), atomic=True)
def send_code(context: JobContext) -> None:
    """Mail the code that a shopper asked for; nothing for an address without orders."""
    customer_id = int(context.payload["customer_id"])
    if customer_id:
        send_lookup_code(customer_id=customer_id, key=str(context.lease.job_id), actor="system")


@schedule("orders.expire_changes", every=timedelta(minutes=1))
def end_late_changes(context: JobContext) -> None:  # noqa: ARG001 - a job's signature
    """Free what changes hold that nobody decided or paid in time; a hold ends by the clock alone."""
    expire_changes(now=clock.now())
