"""Which edited words and structure apply to a message: read once per batch, content only when new.

Versions are never changed, only followed, so whatever was compiled from them stays right for ever, in every
process: what changes is only which version is in force.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Max

from aftercart.messaging.models import Edition

Version = tuple[int, datetime]
"""A version's id and when it was saved: together they never come again, not even in a database that was put back."""

Versions = tuple[Version, ...]


@dataclass(frozen=True)
class InForce:
    """The versions in force, by kind, channel (0: all) and language (empty: the structure)."""

    ids: dict[tuple[str, int, str], Version] = field(default_factory=dict)

    def of(self, kind: str, channel_id: int | None, language: str) -> Versions:
        """The versions that make up a message, from the most general to the most special; usually none."""
        if not self.ids:
            return ()
        places = [(kind, 0, ""), (kind, 0, language)]
        if channel_id:
            places = [
                (kind, 0, ""),
                (kind, channel_id, ""),
                (kind, 0, language),
                (kind, channel_id, language),
            ]
        return tuple(self.ids[place] for place in places if place in self.ids)


def in_force(kinds: Collection[str]) -> InForce:
    """The versions in force of some kinds; one query."""
    rows = Edition.objects.current().filter(kind__in=kinds).exclude(content={})
    return InForce(
        {
            (kind, channel_id, language): (pk, at)
            for pk, at, kind, channel_id, language in rows.values_list(
                "pk", "created_at", "kind", "channel_id", "language"
            )
        }
    )


def in_force_at(kind: str, moment: datetime) -> InForce:
    """The versions that were in force at a moment, to read again what was sent then."""
    newest = (
        Edition.objects.filter(kind=kind, created_at__lte=moment)
        .values("channel_id", "language")
        .annotate(number=Max("number"))
    )
    found: dict[tuple[str, int, str], Version] = {}
    for row in newest:
        edition = Edition.objects.get(kind=kind, **row)
        if edition.content:
            found[kind, row["channel_id"], row["language"]] = (edition.pk, edition.created_at)
    return InForce(found)


@dataclass(frozen=True, kw_only=True)
class Edits:
    """What a merchant put in place of the shipped text: some words, perhaps a structure. Empty: nothing."""

    words: dict[str, Any] = field(default_factory=dict)
    mjml: str = ""
    txt: str = ""


def edits(versions: Versions) -> Edits:
    """The content of versions, the more special over the more general."""
    rows = Edition.objects.in_bulk([pk for pk, _ in versions])
    words: dict[str, Any] = {}
    mjml = txt = ""
    for pk, _ in versions:
        content = rows[pk].content
        words.update(content.get("words", {}))
        mjml, txt = content.get("mjml") or mjml, content.get("txt") or txt
    return Edits(words=words, mjml=mjml, txt=txt)
