"""The desk's doors to the figures: the dashboard, one figure in full, and what can be taken along."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from aftercart.insights import dashboard
from aftercart.insights.actions import ask_for_export, identify_database
from aftercart.insights.choosing import Choice, chosen, filters
from aftercart.insights.downloads import whole_table
from aftercart.insights.export.manifest import Manifest, read_manifest
from aftercart.insights.export.tables import TABLES
from aftercart.insights.figures.figure import Figure, Question, Shape, registry
from aftercart.insights.kept import Board, board, boards, kept_board
from aftercart.insights.rules import period_before
from aftercart.kernel.spreadsheets import csv_lines
from aftercart.orders.models import Order
from aftercart.stores.permissions import StaffRequest, require


@require_safe
@require("figures.view")
def show_figures(request: StaffRequest) -> HttpResponse:
    """The dashboard; what is not computed yet arrives a moment later."""
    choice, manifest = chosen(request.GET, request.member), current_manifest()
    context: dict[str, Any] = {"choice": choice, "filters": filters(choice), "manifest": manifest}
    context |= {"may_export": _may_export(request), "tables": TABLES}
    if manifest is None and not Order.objects.exists():
        return render(request, "insights/desk/new.html", context)
    if manifest and (kept := _kept(manifest, choice)):
        context |= _board_context(*kept, choice)
    return render(request, "insights/desk/figures.html", context)


@require_safe
@require("figures.view")
def show_board(request: StaffRequest) -> HttpResponse:
    """Compute the dashboard, then have the page come again; while the first export runs, say so."""
    choice, manifest = chosen(request.GET, request.member), current_manifest()
    if manifest is None:
        ask_for_export(actor=request.actor)
        return render(request, "insights/desk/parts/preparing.html", {"choice": choice})
    boards(manifest, _questions(choice))
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    return redirect(reverse("desk-figures") + choice.address())


@require_safe
@require("figures.view")
def show_figure(request: StaffRequest, key: str) -> HttpResponse:
    """One figure in full: every currency, every row, its definition and its SQL."""
    figure, choice = _figure(key), chosen(request.GET, request.member)
    found = _board(choice)
    answer, currency = found[figure.key], dashboard.shown_currency(found, choice)
    heads, rows = dashboard.table_of(answer)
    context = {"figure": figure, "answer": answer, "choice": choice, "filters": filters(choice)}
    context |= {"heads": heads, "rows": rows, "heading": dashboard.heading(choice), "currency": currency}
    context |= {"may_export": _may_export(request)}
    if figure.shape is not Shape.TILE:
        context["drawing"] = dashboard.drawing_of(answer, currency, choice)
    return render(request, "insights/desk/figure.html", context)


@require_safe
@require("figures.export")
def download_figure(request: StaffRequest, key: str) -> HttpResponse:
    """A figure's exact rows as CSV: shares from 0 to 1, money in minor units."""
    answer = _board(chosen(request.GET, request.member))[_figure(key).key]
    columns = list(answer.rows[0]) if answer.rows else ["value", "n"]
    response = HttpResponse(csv_lines(columns, answer.rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{key}.csv"'
    return response


@require_safe
@require("figures.export")
def download_table(request: StaffRequest, name: str) -> FileResponse:
    """A whole exported table as one Parquet file; only for members who see every channel."""
    manifest = current_manifest()
    if name not in TABLES or manifest is None or request.member.channels.exists():
        raise Http404
    file = whole_table(manifest, TABLES[name]).open("rb")
    return FileResponse(file, as_attachment=True, filename=f"{name}.parquet")


@require_POST
@require("figures.view")
def export_now(request: StaffRequest) -> HttpResponse:
    """Ask the worker to bring the export up to date at once."""
    ask_for_export(actor=request.actor)
    messages.success(request, "The figures are being brought up to date.")
    return redirect("desk-figures")


def current_manifest() -> Manifest | None:
    """The manifest of this database's export; ``None`` before the first one is complete."""
    manifest = read_manifest()
    is_ours = manifest is not None and manifest.is_complete and manifest.database == identify_database()
    return manifest if is_ours else None


def _questions(choice: Choice) -> list[Question]:
    """The question, and the same of the period before where there is one."""
    asked = choice.question
    before = period_before(asked.since, asked.until)
    return [asked, replace(asked, since=before[0], until=before[1])] if before else [asked]


def _kept(manifest: Manifest, choice: Choice) -> tuple[Board, Board | None] | None:
    """The board and that of the period before, when both were asked for already."""
    found = [kept_board(manifest, question) for question in _questions(choice)]
    if found[0] is None or found[-1] is None:
        return None
    return found[0], found[1] if len(found) > 1 else None


def _board_context(found: Board, before: Board | None, choice: Choice) -> dict[str, Any]:
    currency = dashboard.shown_currency(found, choice)
    return {
        "sections": dashboard.sections(found, choice, before),
        "heading": dashboard.heading(choice),
        "comparison": dashboard.comparison(choice),
        "currency": currency,
        "others": " and ".join(code for code in dashboard.currencies(found) if code != currency),
    }


def _figure(key: str) -> Figure:
    if key not in registry:
        raise Http404
    return registry[key]


def _board(choice: Choice) -> Board:
    manifest = current_manifest()
    if manifest is None:
        raise Http404
    return board(manifest, choice.question)


def _may_export(request: StaffRequest) -> bool:
    return "figures.export" in request.permissions
