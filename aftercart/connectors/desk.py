"""Imports on the desk: files uploaded and read by a known format, progress, result, undo."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import get_valid_filename
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from aftercart.connectors.actions import Options, ask_for_import, run_folder
from aftercart.connectors.actions.undoing import ask_to_undo
from aftercart.connectors.files.errors import UnreadableFile
from aftercart.connectors.files.opening import InputFile, look_at
from aftercart.connectors.mapping.conditions import MappingError
from aftercart.connectors.mapping.reading import read_mapping
from aftercart.connectors.mapping.shipped import shipped_names, shipped_text
from aftercart.connectors.models import Run, RunState
from aftercart.connectors.tasks import IMPORT, UNDO
from aftercart.connectors.telling import sentences
from aftercart.kernel.work.jobs import enqueue
from aftercart.kernel.work.models import Job
from aftercart.orders.rules import Refused
from aftercart.stores.models import Channel
from aftercart.stores.permissions import StaffRequest, require

SUFFIXES = (".csv", ".csv.gz", ".tsv", ".txt", ".parquet")
MOST_FILES, MOST_BYTES = 20, 2 * 1024**3
SIZE = 50


class UploadForm(forms.Form):
    """What the files are and where they go."""

    format = forms.ChoiceField(choices=lambda: [(name, name) for name in shipped_names()])
    channel = forms.ModelChoiceField(queryset=Channel.objects.order_by("name"))


@require_safe
@require("imports.view")
def list_imports(request: StaffRequest) -> HttpResponse:
    """What was brought in, newest first."""
    runs = list(Run.objects.select_related("channel")[:SIZE])
    return render(request, "connectors/desk/imports.html", {"runs": runs})


@require_http_methods(["GET", "HEAD", "POST"])
@require("imports.run")
def new_import(request: StaffRequest) -> HttpResponse:
    """Upload files of a known format and start."""
    form = UploadForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            run = _start(request, form.cleaned_data)
        except (UnreadableFile, MappingError) as error:
            form.add_error(None, str(error))
        else:
            return redirect("desk-import", run_id=run.pk)
    return render(request, "connectors/desk/new.html", {"form": form}, status=422 if form.errors else 200)


def _start(request: StaffRequest, given: dict[str, Any]) -> Run:
    files = _kept([file for file in request.FILES.getlist("files") if isinstance(file, UploadedFile)])
    text = shipped_text(given["format"])
    read_mapping(text)
    with transaction.atomic():
        run, _ = ask_for_import(
            format_name=given["format"],
            mapping_text=text,
            files=files,
            channel=given["channel"],
            options=Options(),
            actor=request.actor,
        )
        enqueue(IMPORT, {"run_id": run.pk}, key=f"import:{run.pk}")
    return run


def _kept(uploads: list[UploadedFile[Any]]) -> list[InputFile]:
    """The uploads, streamed into a folder of their own.

    Raises:
        UnreadableFile: when there is none, one too many, one too large, or one of another kind.
    """
    if not 1 <= len(uploads) <= MOST_FILES:
        raise UnreadableFile(f"Choose one to {MOST_FILES} files.")
    if sum(upload.size or 0 for upload in uploads) > MOST_BYTES:
        raise UnreadableFile("These files are larger than 2 GB together; use the command line for them.")
    folder = Path(settings.DATA_DIR) / "imports" / f"upload-{secrets.token_hex(8)}"
    folder.mkdir(parents=True)
    return [_keep(upload, folder, number) for number, upload in enumerate(uploads, start=1)]


def _keep(upload: UploadedFile[Any], folder: Path, number: int) -> InputFile:
    name = get_valid_filename(Path(upload.name or "file").name)[-100:]
    if not name.lower().endswith(SUFFIXES):
        raise UnreadableFile(f"{name} is no CSV or Parquet file.")
    path = folder / f"{number}-{name}"
    with path.open("wb") as kept:
        for chunk in upload.chunks():
            kept.write(chunk)
    return look_at(path, name)


@require_safe
@require("imports.view")
def show_import(request: StaffRequest, run_id: int) -> HttpResponse:
    """One import: how far it is, what became of it. A fragment while it runs."""
    run = get_object_or_404(Run.objects.select_related("channel"), pk=run_id)
    key = f"undo:{run.pk}" if run.state == RunState.UNDOING else f"import:{run.pk}"
    is_moving = run.state in {RunState.RUNNING, RunState.UNDOING}
    context = {
        "run": run,
        "job": Job.objects.filter(key=key).order_by("-pk").first() if is_moving else None,
        "is_moving": is_moving,
        "told": sentences(run.report) if run.report else [],
        "has_rejects": (run_folder(run) / "rejects.csv").is_file(),
        "kept": list(run.kept.all()[:SIZE]),
        "may_undo": "imports.undo" in request.permissions
        and run.state in {RunState.FINISHED, RunState.FAILED},
    }
    name = "parts/progress" if request.headers.get("HX-Request") else "import"
    return render(request, f"connectors/desk/{name}.html", context)


@require_safe
@require("imports.view")
def rejects(_request: StaffRequest, run_id: int) -> FileResponse:
    """The rows that could not be read, with the reasons."""
    path = run_folder(get_object_or_404(Run, pk=run_id)) / "rejects.csv"
    if not path.is_file():
        raise Http404
    return FileResponse(path.open("rb"), as_attachment=True, filename=f"import-{run_id}-rejects.csv")


@require_POST
@require("imports.undo")
def undo(request: StaffRequest, run_id: int) -> HttpResponse:
    """Take a whole import back."""
    get_object_or_404(Run, pk=run_id)
    try:
        with transaction.atomic():
            ask_to_undo(run_id=run_id)
            enqueue(UNDO, {"run_id": run_id, "actor": request.actor}, key=f"undo:{run_id}")
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("desk-import", run_id=run_id)
