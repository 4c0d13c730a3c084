"""Imports and their undoing as jobs of the worker: with leases, progress and retries."""

from __future__ import annotations

from django.db import transaction

from aftercart.connectors.actions import perform_import
from aftercart.connectors.actions.undoing import undo_import
from aftercart.connectors.models import Run
from aftercart.kernel.work.jobs import JobContext, job

IMPORT, UNDO = "connectors.run_import", "connectors.undo_import"


@job(IMPORT, max_attempts=3, atomic=False)
def run_import(context: JobContext) -> None:
    """Perform a run that was asked for on the desk; cut off, it goes on where it stopped."""
    perform_import(
        run=Run.objects.get(pk=context.payload["run_id"]),
        progress=lambda doing, done, total: context.progress(done, total or None, doing),
        should_stop=context.should_stop,
        fence=transaction.atomic,
    )


@job(UNDO, max_attempts=3, atomic=False)
def take_back(context: JobContext) -> None:
    """Undo a run."""
    undo_import(
        run=Run.objects.get(pk=context.payload["run_id"]),
        actor=str(context.payload["actor"]),
        progress=lambda doing, done, total: context.progress(done, total or None, doing),
        fence=transaction.atomic,
    )
