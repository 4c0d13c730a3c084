"""The jobs pump: take one due job, run it, write how it ended."""

from __future__ import annotations

import logging
import traceback
from contextlib import nullcontext

from django.db import transaction

from aftercart.kernel import clock
from aftercart.kernel.work import in_hand, leases
from aftercart.kernel.work.jobs import Interrupted, JobContext, JobKind, registry
from aftercart.kernel.work.pumps import PumpContext, pump

log = logging.getLogger(__name__)


@pump("jobs")
def run_jobs(context: PumpContext) -> int:
    """Run one due job. Returns the number of jobs taken or taken back from lost workers."""
    reaped = leases.reap(now=clock.now())
    lease = leases.claim(worker=context.worker, names=list(registry), now=clock.now())
    if lease is None:
        return reaped
    context.say(f"{lease.name} #{lease.job_id}")
    try:
        with in_hand.holding(lease.job_id):
            _run(registry[lease.name], lease, JobContext(lease=lease, should_stop=context.should_stop))
    except leases.LeaseLost:
        log.warning("%s #%s: another worker took it, the result is dropped", lease.name, lease.job_id)
    finally:
        context.say("")
    return reaped + 1


def _run(kind: JobKind, lease: leases.Lease, context: JobContext) -> None:
    try:
        with transaction.atomic() if kind.atomic else nullcontext():
            if kind.atomic:
                leases.hold(lease)
            kind.run(context)
            leases.finish(lease, now=clock.now())
    except leases.LeaseLost:
        raise
    except Interrupted:
        leases.give_back(lease, now=clock.now())
    except BaseException as error:
        _note_failure(kind, lease, error)
        if not isinstance(error, Exception):
            raise


def _note_failure(kind: JobKind, lease: leases.Lease, error: BaseException) -> None:
    log.warning("%s #%s failed, attempt %s", lease.name, lease.job_id, lease.attempt, exc_info=error)
    leases.fail(
        lease,
        error=f"{type(error).__name__}: {error}",
        traceback="".join(traceback.format_exception(error)),
        retry_after=kind.retry_after,
        now=clock.now(),
    )
