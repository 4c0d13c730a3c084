"""Imports in the background: performed, undone, and their files forgotten after a while."""

from __future__ import annotations

from datetime import time, timedelta
from functools import partial

from aftercart.connectors.actions import Stopped, perform_import, undo_import
from aftercart.connectors.actions.drafting import discard_draft, forget_files, note_doing, note_failure
from aftercart.connectors.files.errors import UnreadableFile
from aftercart.connectors.mapping.conditions import MappingError
from aftercart.connectors.models import Run, RunState
from aftercart.kernel import clock
from aftercart.kernel.work.jobs import Interrupted, JobContext, job
from aftercart.kernel.work.schedules import schedule

TRIES = 4
FILES_KEPT = timedelta(days=30)
DRAFTS_KEPT = timedelta(days=2)


@job("connectors.run_import", max_attempts=TRIES)
def run_import(context: JobContext) -> None:
    """Perform a run from where it stands; stopped or killed, it goes on with the next call."""
    run = Run.objects.get(pk=context.payload["run_id"])
    if run.state != RunState.RUNNING:
        return

    def progress(doing: str, done: int, total: int) -> None:
        note_doing(run, doing)
        context.progress(done, total or None, doing)

    try:
        fence = partial(context.fenced, alone=False)
        perform_import(run=run, progress=progress, should_stop=context.should_stop, fence=fence)
    except Stopped as stopped:
        raise Interrupted from stopped
    except (UnreadableFile, MappingError) as error:
        note_failure(run, str(error), is_final=True)
    except Exception as error:
        note_failure(run, f"{type(error).__name__}: {error}", is_final=context.attempt >= TRIES)
        raise


@job("connectors.undo_import", max_attempts=TRIES)
def undo(context: JobContext) -> None:
    """Undo a run; called again, it goes on."""
    run = Run.objects.get(pk=context.payload["run_id"])
    if run.state != RunState.UNDOING:
        return

    def progress(doing: str, done: int, total: int) -> None:
        note_doing(run, doing)
        context.progress(done, total or None, doing)

    undo_import(run=run, actor=str(context.payload["actor"]), progress=progress, fence=context.fenced)


@schedule("connectors.forget_files", daily_at=time(3, 40))
def forget_old_files(context: JobContext) -> None:
    """Uploads and rejects are personal data: they go after a month, drafts after two days."""
    now = clock.now()
    for run in Run.objects.filter(state=RunState.DRAFT, created_at__lt=now - DRAFTS_KEPT):
        discard_draft(run_id=run.pk)
    for run in Run.objects.filter(finished_at__lt=now - FILES_KEPT, finished_at__gt=now - 2 * FILES_KEPT):
        forget_files(run)
        if context.should_stop():
            raise Interrupted
