"""The living style page: every component by group, with an example each and what it says about itself."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django import forms

from aftercart.kernel.ui.fields import Switch

TEMPLATES = Path(__file__).parent / "templates" / "ui"
GROUPS = {
    "Actions": ("button", "menu", "dialog", "copy", "tooltip"),
    "Forms": (
        "field", "form", "form-fields", "error-summary", "file-drop", "filter-bar", "select", "search-field",
    ),
    "Finding the way": ("page-header", "breadcrumb", "tabs", "side-nav", "pagination", "steps"),
    "Lists": ("table", "sort-header", "item-list", "item", "definition-list", "empty-state"),
    "Stories": ("timeline", "timeline-day", "timeline-entry", "bubble"),
    "States": ("badge", "callout", "message", "progress", "skeleton"),
    "Figures": ("stat", "sparkline", "share-bar", "chart", "heat-map", "rating"),
    "Pieces": ("card", "avatar", "address"),
}  # fmt: skip
EXTRAS = {
    "text": "What browsers show without a component: headings, links, lists, code, keys.",
    "values": "The tags for money, times, numbers and shares, in the language of the page.",
    "arranging": "Classes that arrange: stack, row, tiles, with-aside. Components have no outer margin.",
}
TOKENS = (
    "canvas", "surface", "surface-sunken", "surface-hover", "line", "line-strong", "ink", "ink-soft",
    "ink-faint",
    "accent", "accent-fill", "accent-soft", "success", "success-soft", "warn", "warn-soft", "danger",
    "danger-soft", "info", "info-soft",
)  # fmt: skip


@dataclass(frozen=True)
class Entry:
    """A component of the style page: its name, what its template says of itself, its example."""

    name: str
    about: str
    example: str
    source: str


@cache
def entries() -> dict[str, list[Entry]]:
    """Every component, by group."""
    components = {group: [_entry(name) for name in names] for group, names in GROUPS.items()}
    return components | {"Ground": [_example(name, says) for name, says in EXTRAS.items()]}


def _entry(name: str) -> Entry:
    template = (TEMPLATES / "components" / f"{name}.html").read_text(encoding="utf-8")
    return _example(name, about(template))


def _example(name: str, says: str) -> Entry:
    source = (TEMPLATES / "examples" / f"{name}.html").read_text(encoding="utf-8").strip()
    return Entry(name, says, f"ui/examples/{name}.html", source)


def about(template: str) -> str:
    """The comment a component's template starts with."""
    found = re.match(r"\{% comment %\}(.*?)\{% endcomment %\}|\{#(.*?)#\}", template, re.DOTALL)
    return re.sub(r"\s+", " ", (found[1] or found[2]).strip()) if found else ""


class Example(forms.Form):
    """A field of each kind."""

    email = forms.EmailField(label="E-mail", help_text="We write to it about this order only.")
    amount = forms.DecimalField(label="Amount", required=False)
    country = forms.ChoiceField(
        label="Country", choices=[("pl", "Poland"), ("jp", "Japan"), ("th", "Thailand")]
    )
    note = forms.CharField(label="Note", required=False, widget=forms.Textarea(attrs={"rows": 3}))
    speed = forms.ChoiceField(
        label="Shipping", choices=[("slow", "Standard, 3 days"), ("fast", "Express, tomorrow")],
        widget=forms.RadioSelect, initial="slow",
    )  # fmt: skip
    terms = forms.BooleanField(label="Tell me when the parcel moves", required=False, initial=True)
    live = forms.BooleanField(label="This channel is open", required=False, initial=True, widget=Switch)
    locked = forms.CharField(label="Order number", disabled=True, initial="1042")


class Short(forms.Form):
    """What a look-up asks."""

    number = forms.CharField(label="Order number")
    email = forms.EmailField(label="E-mail")


def samples(side: str, now: datetime) -> dict[str, Any]:
    """What the examples show. ``side`` keeps the ids of the two panels apart."""
    refused = Example(
        {f"{side}-email": "sam@", f"{side}-country": "xx"}, prefix=side, auto_id=f"id_{side}_%s"
    )
    refused.is_valid()
    days = [f"{day} Mar" for day in range(1, 13)]
    this = [31, 42, 38, 51, 49, 63, 58, 71, 66, 80, 77, 92]
    return {
        "side": side,
        "now": now,
        "form": Example(prefix=side, auto_id=f"id_new_{side}_%s"),
        "search": Example(prefix=f"{side}-search", auto_id=f"id_search_{side}_%s"),
        "short": Short(prefix=side, auto_id=f"id_short_{side}_%s"),
        "refused": refused,
        "yesterday": now - timedelta(days=1),
        "last_week": now - timedelta(days=6),
        "tomorrow": now + timedelta(days=1),
        "days": days,
        "this": this,
        "lines": [{"name": "First orders", "values": this}, {"name": "Repeat", "values": this[::-1]}],
        "revenue": [{"name": "Revenue", "values": [value * 12_900 for value in this]}],
        "countries": ["Poland", "Germany", "Japan", "Thailand"],
        "shares": [{"name": "Orders", "values": [412, 260, 118, 77]}],
        "views": VIEWS,
        "side_items": SIDE_ITEMS,
        "chips": [("Paid", "?"), ("Last 30 days", "?")],
        "choices": [("open", "Open"), ("sent", "Sent"), ("done", "Done")],
        "crumbs": [("Customers", "#customers"), ("Ada Lovelace", "")],
        "steps": STEPS,
        "facts": [("Order", "1042"), ("Payment", "Card, 4242"), ("Language", "Polski"), ("Points", "")],
        "lines_of_address": ["ul. Długa 7/12", "00-238 Warszawa", "Poland"],
        "cohorts": _cohorts(),
    }


VIEWS = [
    {"name": "All", "href": "#all", "is_current": True, "count": 6000},
    {"name": "To send", "href": "#send", "is_current": False, "count": 48},
    {"name": "Late", "href": "#late", "is_current": False, "count": 7},
]
SIDE_ITEMS = [
    {"label": "Shop", "href": "#shop", "icon": "store", "is_current": True},
    {"label": "Team", "href": "#team", "icon": "users", "is_current": False},
    {"label": "API tokens", "href": "#tokens", "icon": "key-round", "is_current": False},
]
STEPS = [
    {"label": "Ordered", "state": "done", "text": "12 Mar"},
    {"label": "Packed", "state": "done", "text": "13 Mar"},
    {"label": "On its way", "state": "current", "text": "expected Friday"},
    {"label": "Delivered", "state": "todo"},
]


def _cohorts() -> list[dict[str, Any]]:
    shares = (
        (0.31, 0.22, 0.17, 0.12),
        (0.34, 0.26, 0.19, None),
        (0.38, 0.29, None, None),
        (0.41, None, None, None),
    )
    return [
        {
            "label": f"2025-0{month}",
            "note": f"{size} customers",
            "cells": [
                {"text": f"{share:.0%}" if share else "", "share": share and share * 2} for share in row
            ],
        }
        for month, size, row in zip((1, 2, 3, 4), (412, 398, 455, 471), shares, strict=True)
    ]
