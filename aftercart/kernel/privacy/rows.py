"""Rows for an export sheet, straight from a queryset."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Model, QuerySet

from aftercart.kernel.privacy.registry import Sheet


def sheet(name: str, about: str, found: QuerySet[Any], *fields: str) -> Sheet:
    """A sheet of these fields of the rows, oldest first; ``order__number`` reaches across a key."""
    return Sheet(name=name, about=about, rows=_rows(found, fields))


def _rows(found: QuerySet[Model], fields: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    yield from found.order_by("pk").values(*fields).iterator(chunk_size=500)
