"""What the ledger does by the clock: end what is due, prove the books every night."""

from __future__ import annotations

import logging
from datetime import time, timedelta

from django.db import transaction

from aftercart.kernel import clock
from aftercart.kernel.journal.publish import publish
from aftercart.kernel.ledger.actions import expire_due, reconcile
from aftercart.kernel.ledger.events import LedgerDisproved
from aftercart.kernel.work.jobs import Interrupted, JobContext
from aftercart.kernel.work.schedules import schedule

logger = logging.getLogger(__name__)


@schedule("ledger.expire", every=timedelta(minutes=10))
def expire(context: JobContext) -> None:
    """End overdue holds and burn due lots; asks to be called again when the worker must stop."""
    expire_due(now=clock.now(), should_stop=context.should_stop)
    if context.should_stop():
        raise Interrupted


@schedule("ledger.reconcile", daily_at=time(3, 40))
def prove(context: JobContext) -> None:  # noqa: ARG001 - a scheduled job
    """Prove every balance; a difference is logged and told in the journal, and mended by nobody unasked."""
    found = reconcile()
    for difference in found:
        logger.error("The ledger differs: %s", difference)
    if found:
        with transaction.atomic():
            publish(LedgerDisproved(differences=len(found)))
