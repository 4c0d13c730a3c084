"""Entries as a timeline shows them to staff: a title, a detail, an icon."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from aftercart.kernel.journal.events import registry
from aftercart.kernel.journal.models import Entry
from aftercart.kernel.journal.segment import Tracked


@dataclass(frozen=True, kw_only=True)
class Told:
    """One entry in words. ``who`` is the actor in a colleague's words, empty for the system."""

    entry_id: int
    name: str
    title: str
    detail: str
    at: datetime
    icon: str
    tone: str
    who: str
    subject: str


ACTORS = {"staff": "Staff", "shopper": "Shopper", "token": "API", "import": "Import", "visitor": "Visitor"}


def tell(entry: Entry) -> Told:
    """An entry in words. What a newer or removed version wrote is shown by its name."""
    kind = registry.get(entry.name)
    return Told(
        entry_id=entry.pk,
        name=entry.name,
        title=kind.label if kind else entry.name,
        detail=_detail(entry),
        at=entry.occurred_at,
        icon=_icon(entry),
        tone=kind.tone if kind else "",
        who=ACTORS.get(entry.actor.partition(":")[0], ""),
        subject=entry.subject,
    )


def _icon(entry: Entry) -> str:
    kind = registry.get(entry.name)
    if kind is None:
        return "circle-dot"
    return "eye" if issubclass(kind, Tracked) else kind.icon


def _detail(entry: Entry) -> str:
    kind = registry.get(entry.name)
    if kind is None:
        return ""
    try:
        return kind.from_facts(entry.facts).detail()
    except (TypeError, ValueError, KeyError):
        return ""
