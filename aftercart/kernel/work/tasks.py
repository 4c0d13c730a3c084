"""The worker's own housekeeping."""

from __future__ import annotations

from datetime import timedelta

from aftercart.kernel import clock
from aftercart.kernel.work.jobs import JobContext
from aftercart.kernel.work.models import Job, Worker
from aftercart.kernel.work.schedules import schedule

KEEP_ENDED = timedelta(days=7)
KEEP_WORKERS = timedelta(days=1)
BATCH = 1000


@schedule("work.clean", every=timedelta(hours=1))
def clean(context: JobContext) -> None:
    """Forget jobs that ended a week ago and workers unseen for a day; dead jobs stay."""
    now = clock.now()
    ended = Job.objects.filter(
        state__in=[Job.State.DONE, Job.State.CANCELLED], finished_at__lt=now - KEEP_ENDED
    )
    while ids := list(ended.values_list("id", flat=True)[:BATCH]):
        Job.objects.filter(id__in=ids).delete()
        if context.should_stop():
            return
    Worker.objects.filter(seen_at__lt=now - KEEP_WORKERS).delete()
