"""The list of imports, one import with its progress and result, and what can still be done with it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from aftercart.connectors.actions import ask_to_undo, run_folder
from aftercart.connectors.actions.drafting import discard_draft, retry_import
from aftercart.connectors.models import Run, RunState
from aftercart.connectors.telling import amounts_told
from aftercart.orders.rules import Refused
from aftercart.stores.permissions import StaffRequest, may, require, sees_channel, within_channels

PAGE = 25
MOVING = {RunState.RUNNING, RunState.UNDOING}
COUNTED = (
    ("orders_added", "Orders added"),
    ("orders_changed", "Orders changed"),
    ("orders_unchanged", "Orders unchanged"),
    ("orders_kept", "Orders left as they are"),
    ("customers_added", "Customers added"),
    ("customers_changed", "Customers changed"),
    ("products_added", "Products added"),
    ("products_changed", "Products changed"),
)


@require_safe
@require("imports.view")
def list_runs(request: StaffRequest) -> HttpResponse:
    """All imports, newest first."""
    runs = within_channels(Run.objects.select_related("channel"), request.member)
    page = Paginator(runs, PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "may_run": "imports.run" in request.permissions}
    return render(request, "connectors/desk/imports.html", context)


@require_safe
@require("imports.view")
def show_run(request: StaffRequest, run_id: int) -> HttpResponse:
    """One import; a draft leads to its set-up."""
    run = reached_run(request, run_id)
    if run.state == RunState.DRAFT:
        return redirect("desk-import-setup", run_id=run.pk)
    return render(request, "connectors/desk/import.html", _context(request, run))


@require_safe
@require("imports.view")
def show_progress(request: StaffRequest, run_id: int) -> HttpResponse:
    """The moving part of a run's page; when it is over, the page comes again."""
    run = reached_run(request, run_id)
    if run.state not in MOVING:
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    return render(request, "connectors/desk/parts/progress.html", _context(request, run))


@require_safe
@require("imports.run")
def download_rejects(request: StaffRequest, run_id: int) -> FileResponse:
    """The rows that were not imported, with their reasons."""
    run = reached_run(request, run_id)
    path = run_folder(run) / "rejects.csv"
    if not path.is_file():
        raise Http404
    return FileResponse(path.open("rb"), as_attachment=True, filename=f"rejects-import-{run.pk}.csv")


@require_POST
@require("imports.undo")
def undo_run(request: StaffRequest, run_id: int) -> HttpResponse:
    """Undo an import in the background."""
    run = reached_run(request, run_id)
    try:
        ask_to_undo(run_id=run.pk, actor=request.actor, is_job=True)
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("desk-import", run_id=run.pk)


@require_POST
@require("imports.run")
def retry_run(request: StaffRequest, run_id: int) -> HttpResponse:
    """Have a failed import go on."""
    run = reached_run(request, run_id)
    try:
        retry_import(run_id=run.pk)
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("desk-import", run_id=run.pk)


@require_POST
@require("imports.run")
def discard_run(request: StaffRequest, run_id: int) -> HttpResponse:
    """Forget a draft."""
    run = reached_run(request, run_id)
    try:
        discard_draft(run_id=run.pk)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("desk-import", run_id=run.pk)
    messages.success(request, "Discarded. The files are gone.")
    return redirect("desk-imports")


def reached_run(request: StaffRequest, run_id: int) -> Run:
    """The run, when the member works for its channel; drafts are their maker's channel-less ones.

    Raises:
        Http404: otherwise.
    """
    run = get_object_or_404(Run.objects.select_related("channel"), pk=run_id)
    if not sees_channel(request.member, run.channel_id):
        raise Http404
    if run.channel_id is None and run.actor != request.actor and not may(request, "imports.undo"):
        raise Http404
    return run


def _context(request: StaffRequest, run: Run) -> dict[str, Any]:
    counts = [(label, run.counts.get(key, 0)) for key, label in COUNTED if run.counts.get(key)]
    return {
        "run": run,
        "counts": counts,
        "share": run.position / run.steps if run.steps and run.state == RunState.RUNNING else None,
        "is_moving": run.state in MOVING,
        "reasons": run.report.get("reasons", []),
        "amounts": amounts_told(run.report.get("reconciliation")),
        "left_out": run.report.get("rejected", 0) + run.counts.get("orders_kept", 0),
        "undone": run.report.get("undone", {}).items(),
        "undo_kept": run.report.get("undo_kept", {}).items(),
        "may_undo": "imports.undo" in request.permissions
        and run.state in {RunState.FINISHED, RunState.FAILED},
        "may_run": "imports.run" in request.permissions,
        "has_rejects": (run_folder(run) / "rejects.csv").is_file(),
    }
