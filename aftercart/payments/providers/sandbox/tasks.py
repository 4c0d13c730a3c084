"""What happens at the sandbox by itself: its webhooks leave, delayed money arrives."""

from __future__ import annotations

from aftercart.kernel import clock
from aftercart.kernel.work.jobs import JobContext, job
from aftercart.payments.providers.sandbox import actions as books
from aftercart.payments.providers.sandbox.telling import (
    DELIVER,
    HEADER,
    SETTLE,
    SETTLE_REFUND,
    webhook_secret,
)
from aftercart.payments.receiving import receive
from aftercart.payments.signatures import sign


@job(DELIVER, max_attempts=8)
def deliver(context: JobContext) -> None:
    """Hand a webhook to the shop's door, by the same steps as one that came over the wire."""
    body = str(context.payload["body"]).encode()
    secret = webhook_secret(int(context.payload["account_id"]))
    receive("sandbox", body, {HEADER: sign(body, secret=secret, at=clock.now())})


@job(SETTLE, max_attempts=8)
def settle(context: JobContext) -> None:
    """Delayed money arrives."""
    books.settle(str(context.payload["reference"]))


@job(SETTLE_REFUND, max_attempts=8)
def settle_refund(context: JobContext) -> None:
    """A slow refund arrives."""
    books.settle_refund(str(context.payload["reference"]))
