"""Pages by keyset: the cursor says after which row the next page begins, so a growing list skips nothing."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, TypeVar

from django.db.models import Model, Q, QuerySet
from ninja import Schema
from pydantic import Field

from aftercart.kernel.api.problems import Problem

Row = TypeVar("Row", bound=Model)
MOST = 200
Cursor = Annotated[
    str, Field(max_length=400, description="Where the page begins: `next` of the page before.")
]
Limit = Annotated[int, Field(ge=1, le=MOST)]


class Page(Schema):
    """A part of a list. ``next`` is the cursor of the following page, ``null`` at the end."""

    next: str | None


def page_of(
    rows: QuerySet[Row], *, cursor: str, limit: int, by: str = "", show: Callable[[Row], Any]
) -> dict[str, Any]:
    """One page of ``rows``, newest first by ``(by, id)`` (by id alone when ``by`` is empty).

    Raises:
        Problem: 422 when the cursor is not one of ours.
    """
    names = ("-" + by, "-pk") if by else ("-pk",)
    rows = rows.order_by(*names)
    if cursor:
        rows = rows.filter(_after(by, cursor))
    found = list(rows[: limit + 1])
    has_more = len(found) > limit
    found = found[:limit]
    following = write_cursor(found[-1], by) if has_more else None
    return {"items": [show(row) for row in found], "next": following}


def write_cursor(row: Model, by: str) -> str:
    """The cursor that stands after ``row``."""
    place: list[Any] = [row.pk]
    if by:
        value = getattr(row, by)
        place.append(value.isoformat() if isinstance(value, datetime) else value)
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")


def _after(by: str, cursor: str) -> Q:
    try:
        place = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        pk = place[0]
        if not isinstance(pk, int) or not 0 <= pk < 2**63 or len(place) != (2 if by else 1):
            raise ValueError("not ours")
        if not by:
            return Q(pk__lt=pk)
        value = datetime.fromisoformat(place[1])
    except (ValueError, TypeError, IndexError, KeyError, binascii.Error, RecursionError) as error:
        raise Problem(422, "This cursor is not one of ours; begin again without it.") from error
    if value.tzinfo is None:
        raise Problem(422, "This cursor is not one of ours; begin again without it.")
    return Q(**{f"{by}__lt": value}) | Q(**{by: value, "pk__lt": pk})
