"""Setting an import up: files, what they are, what would become of them, go."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

import duckdb
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from aftercart.connectors.actions import Options, channel_for
from aftercart.connectors.actions.drafting import draft_import, keep_uploads, settle_reading, start_import
from aftercart.connectors.desk.runs import reached_run
from aftercart.connectors.files.errors import UnreadableFile
from aftercart.connectors.files.opening import SUFFIXES, InputFile
from aftercart.connectors.forms import LayoutForm, ReadingForm
from aftercart.connectors.mapping.conditions import MappingError
from aftercart.connectors.mapping.guess import Layout, as_toml, guess
from aftercart.connectors.mapping.reading import read_mapping
from aftercart.connectors.mapping.shipped import read_shipped, shipped_names, shipped_text
from aftercart.connectors.models import Run, RunState
from aftercart.connectors.previewing import first_rows, opened_files, preview_of, shipped_for
from aftercart.orders.rules import Refused
from aftercart.stores.models import Channel
from aftercart.stores.permissions import StaffRequest, require

OWN = "files"


@require_http_methods(["GET", "HEAD", "POST"])
@require("imports.run")
def new_run(request: StaffRequest) -> HttpResponse:
    """Upload files; what they are is guessed at once."""
    error = ""
    if request.method == "POST":
        try:
            files = keep_uploads(request.FILES.getlist("files"))
            format_name, toml, layout = _guessed(files)
        except UnreadableFile as unreadable:
            error = str(unreadable)
        else:
            run = draft_import(files=files, format_name=format_name, mapping_text=toml, actor=request.actor)
            if layout:
                settle_reading(
                    run_id=run.pk,
                    format_name=format_name,
                    mapping_text=toml,
                    channel=None,
                    options=Options(),
                    layout=asdict(layout),
                )
            return redirect("desk-import-setup", run_id=run.pk)
    context = {"error": error, "accept": ",".join([*SUFFIXES, ".gz"]), "shipped": _shipped()}
    return render(request, "connectors/desk/new.html", context, status=422 if error else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@require("imports.run")
def set_up(request: StaffRequest, run_id: int) -> HttpResponse:
    """What the files are and how they are read; saving shows the preview anew."""
    run = _draft(request, run_id)
    headings, samples = _seen(run)
    columns, layout_form = headings[0], None
    if run.format == OWN:
        layout_form = LayoutForm(columns, _layout(run, columns, samples), request.POST or None)
    mapping = None if run.format == OWN else read_shipped(run.format)
    suggested = mapping.channel if mapping else ""
    form = ReadingForm(request.member, request.POST or None, suggested=suggested, initial=_initial(run))
    if request.method == "POST" and form.is_valid() and (layout_form is None or layout_form.is_valid()):
        try:
            _settle(run, form, layout_form)
        except MappingError as error:
            messages.error(request, str(error))
        return redirect("desk-import-setup", run_id=run.pk)
    context = {
        "run": run,
        "form": form,
        "layout_form": layout_form,
        "columns": _columns(layout_form, samples) if layout_form else [],
        "mapping": mapping,
        "may_start": run.channel_id is not None and not form.errors,
    }
    return render(request, "connectors/desk/setup.html", context, status=422 if form.errors else 200)


@require_safe
@require("imports.run")
def show_preview(request: StaffRequest, run_id: int) -> HttpResponse:
    """What would become of the first rows: a fragment, for it may take a moment."""
    run = _draft(request, run_id)
    context: dict[str, Any] = {"run": run}
    try:
        mapping = read_mapping(run.mapping)
        currency = (
            run.options.get("currency")
            or mapping.currency
            or (run.channel.currency if run.channel else "EUR")
        )
        context["preview"] = preview_of(mapping, _files(run), currency)
    except (UnreadableFile, MappingError) as error:
        context["error"] = str(error)
    return render(request, "connectors/desk/parts/preview.html", context)


@require_POST
@require("imports.run")
def start_run(request: StaffRequest, run_id: int) -> HttpResponse:
    """Hand the import to the worker."""
    run = _draft(request, run_id)
    try:
        start_import(run_id=run.pk, actor=request.actor)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("desk-import-setup", run_id=run.pk)
    return redirect("desk-import", run_id=run.pk)


def _draft(request: StaffRequest, run_id: int) -> Run:
    run = reached_run(request, run_id)
    if run.state != RunState.DRAFT:
        raise Http404
    return run


def _shipped() -> list[tuple[str, str]]:
    return [(read_shipped(name).title, read_shipped(name).about) for name in shipped_names()]


def _files(run: Run) -> list[InputFile]:
    return [
        InputFile(path=Path(f["path"]), **{k: f[k] for k in ("name", "size", "digest")}) for f in run.files
    ]


def _guessed(files: list[InputFile]) -> tuple[str, str, Layout | None]:
    """Format, mapping and, for unknown files, the guessed layout."""
    headings, samples = _look(files)
    if known := shipped_for(headings):
        return known, shipped_text(known), None
    if any(columns != headings[0] for columns in headings):
        raise UnreadableFile(
            "These files have different columns, and together they are no export we know. Import them one by one, "
            "or write a mapping for the command line."
        )
    layout = guess(headings[0], samples)
    return OWN, as_toml(layout, OWN), layout


def _look(files: list[InputFile]) -> tuple[list[list[str]], list[list[str | None]]]:
    """The headings of every file and the first rows of the first."""
    folder = Path(tempfile.mkdtemp(prefix="aftercart-look-"))
    try:
        opened = opened_files(files, folder)
        return [list(one.headings) for one in opened], first_rows(opened[0])
    except duckdb.Error as error:
        raise UnreadableFile(f"{files[0].name} cannot be read: {error}.") from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _seen(run: Run) -> tuple[list[list[str]], list[list[str | None]]]:
    try:
        return _look(_files(run))
    except (UnreadableFile, OSError) as error:
        raise Http404 from error


def _layout(run: Run, headings: list[str], samples: list[list[str | None]]) -> Layout:
    kept = run.options.get("layout")
    return Layout(**kept) if kept else guess(headings, samples)


def _initial(run: Run) -> dict[str, Any]:
    known = {name: run.options.get(name, "") for name in ("currency", "timezone")}
    return known | ({"channel": str(run.channel_id)} if run.channel_id else {})


def _columns(form: LayoutForm, samples: list[list[str | None]]) -> list[tuple[Any, str]]:
    """Every column's field, with the first values beside it."""
    shown = []
    for position in range(len(form.headings)):
        cells = [row[position] for row in samples if position < len(row) and row[position]]
        shown.append((form[f"column-{position}"], " · ".join(str(cell)[:40] for cell in cells[:3])))
    return shown


def _settle(run: Run, form: ReadingForm, layout_form: LayoutForm | None) -> None:
    given = form.cleaned_data
    options = Options(currency=given["currency"], timezone=given["timezone"])
    toml, layout = run.mapping, Layout(holds="orders")
    if layout_form:
        layout = layout_form.layout()
        toml = as_toml(layout, OWN, currency=options.currency, timezone=options.timezone)
    mapping = read_mapping(toml)
    channel: Channel = form.chosen_channel() or channel_for(
        name=given["new_channel"], mapping=mapping, currency=options.currency, timezone=options.timezone
    )
    settle_reading(
        run_id=run.pk,
        format_name=run.format,
        mapping_text=toml,
        channel=channel,
        options=options,
        layout=asdict(layout),
    )
