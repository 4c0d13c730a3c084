"""The export by the clock: what changed, every few minutes; everything, once a night, whatever was missed."""

from __future__ import annotations

from datetime import time, timedelta

from aftercart.insights.export.refresh import refresh_export
from aftercart.kernel.work.jobs import Interrupted, JobContext
from aftercart.kernel.work.schedules import schedule


@schedule("insights.export", every=timedelta(minutes=5))
def export(context: JobContext) -> None:
    """Write the chunks that changed."""
    _run(context, full=False)


@schedule("insights.export_in_full", daily_at=time(3, 15))
def export_in_full(context: JobContext) -> None:
    """Write all chunks, so that what was changed past the journal (by hand, in SQL) is seen too."""
    _run(context, full=True)


def _run(context: JobContext, *, full: bool) -> None:
    refresh_export(full=full, should_stop=context.should_stop, progress=context.progress)
    if context.should_stop():
        raise Interrupted
