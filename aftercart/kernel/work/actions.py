"""What a person does to background work: retry what died, cancel what waits."""

from __future__ import annotations

import logging

from django.db.models import F

from aftercart.kernel import clock
from aftercart.kernel.work.models import Job

log = logging.getLogger(__name__)


def retry_job(*, job_id: int, actor: str) -> bool:
    """Give a dead job its attempts again, from now. False when it is not dead."""
    changed = Job.objects.filter(id=job_id, state=Job.State.DEAD).update(
        state=Job.State.PENDING, attempts=0, run_at=clock.now(), finished_at=None
    )
    log.info("job #%s: retry asked by %s, %s", job_id, actor, "done" if changed else "was not dead")
    return bool(changed)


def cancel_job(*, job_id: int, actor: str) -> bool:
    """Take a waiting, running or dead job out of the queue. False when it had ended already.

    A running job loses its lease: what it tries to write through its fence is refused.
    """
    open_states = [Job.State.PENDING, Job.State.RUNNING, Job.State.DEAD]
    changed = Job.objects.filter(id=job_id, state__in=open_states).update(
        state=Job.State.CANCELLED,
        fence=F("fence") + 1,
        leased_by="",
        leased_until=None,
        finished_at=clock.now(),
    )
    log.info("job #%s: cancelled by %s, %s", job_id, actor, "done" if changed else "had ended")
    return bool(changed)
