"""What orders do in the background."""

from __future__ import annotations

from datetime import timedelta

from aftercart.kernel.work.jobs import JobContext, job
from aftercart.orders.actions.code import JOB, send_lookup_code


@job(JOB, max_attempts=3, retry_after=timedelta(seconds=1), atomic=True)
def send_code(context: JobContext) -> None:
    """Mail the code that a shopper asked for; nothing for an address without orders."""
    customer_id = int(context.payload["customer_id"])
    if customer_id:
        send_lookup_code(customer_id=customer_id, key=str(context.lease.job_id), actor="system")
