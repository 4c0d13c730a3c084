"""Writing what shoppers do: many tracked events in one statement, each message once."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from aftercart.kernel import clock

COLUMNS = (
    "name",
    "customer_id",
    "anonymous_id",
    "channel_id",
    "actor",
    "facts",
    "occurred_at",
    "dedupe_key",
)
KINDS = ("varchar", "bigint", "varchar", "bigint", "varchar", "jsonb", "timestamptz", "varchar")
COPY_FROM = 50  # rows
CONSTANTS = "subject, source, is_history, recorded_at"


@dataclass(frozen=True, kw_only=True)
class TrackedEvent:
    """One message of the track API, its person and channel already found out.

    ``message_id`` makes it once per channel. ``name`` is at most 80 characters, ``anonymous_id`` at
    most 64. ``kind`` is ``track``, ``page`` or ``identify`` (see ``segment.PageViewed`` and
    ``segment.CustomerIdentified`` for the names of the latter two).
    """

    message_id: str
    name: str
    customer_id: int | None = None
    anonymous_id: str = ""
    channel_id: int
    properties: dict[str, Any] = field(default_factory=dict)
    occurred_at: datetime
    kind: str = "track"


@dataclass(frozen=True, kw_only=True)
class TrackResult:
    """How many events were new, and how many had been told before."""

    new: int
    duplicate: int


def record_tracked(events: Sequence[TrackedEvent]) -> TrackResult:
    """Write tracked events, in one transaction of its own or the caller's; repeated messages are left out."""
    if not events:
        return TrackResult(new=0, duplicate=0)
    rows = [_row(tracked) for tracked in events]
    with transaction.atomic():
        new = _insert_postgresql(rows) if connection.vendor == "postgresql" else _insert_sqlite(rows)
    return TrackResult(new=new, duplicate=len(events) - new)


def dedupe_key(channel_id: int, message_id: str) -> str:
    """The journal key of a message; long ids are hashed to fit."""
    if len(message_id) > 100:
        message_id = hashlib.sha256(message_id.encode()).hexdigest()
    return f"track:{channel_id}:{_storable(message_id)}"


def _row(tracked: TrackedEvent) -> tuple[Any, ...]:
    facts = {"message_id": tracked.message_id, "properties": tracked.properties, "kind": tracked.kind}
    return (
        _storable(tracked.name)[:80],
        tracked.customer_id,
        _storable(tracked.anonymous_id)[:64],
        tracked.channel_id,
        f"shopper:{tracked.customer_id}" if tracked.customer_id else "visitor",
        _to_json(facts),
        tracked.occurred_at,
        dedupe_key(tracked.channel_id, tracked.message_id),
    )


def _to_json(facts: dict[str, Any]) -> str:
    """JSON as PostgreSQL takes it; the walk through all texts is spared where no text can need it."""
    try:
        text = json.dumps(facts, separators=(",", ":"), allow_nan=False)
    except ValueError:
        return json.dumps(_cleaned(facts))
    return json.dumps(_cleaned(facts)) if "\\u0000" in text or "\\ud" in text else text


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return _storable(value)
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, list | tuple):
        return [_cleaned(item) for item in value]
    if isinstance(value, dict):
        return {_storable(str(key)): _cleaned(item) for key, item in value.items()}
    return value


def _storable(text: str) -> str:
    """Without what PostgreSQL cannot keep: NUL and halves of surrogate pairs, which browsers do send."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def _insert_postgresql(rows: list[tuple[Any, ...]]) -> int:
    """A few rows as arrays in one statement; many through COPY, which costs a fifth of the client's time."""
    columns = ", ".join(COLUMNS)
    insert = f"INSERT INTO journal_entry ({columns}, {CONSTANTS}) SELECT {columns}, '', 'track', false, %s"
    with connection.cursor() as cursor:
        if len(rows) < COPY_FROM:
            arrays = ", ".join(f"%s::{kind}[]" for kind in KINDS)
            cursor.execute(
                f"{insert} FROM unnest({arrays}) AS told ({columns}) ON CONFLICT DO NOTHING",
                [clock.now(), *(list(column) for column in zip(*rows, strict=True))],
            )
            return int(cursor.rowcount)
        definition = ", ".join(f"{column} {kind}" for column, kind in zip(COLUMNS, KINDS, strict=True))
        cursor.execute(f"CREATE TEMP TABLE IF NOT EXISTS journal_told ({definition}) ON COMMIT DELETE ROWS")
        with cursor.copy(f"COPY journal_told ({columns}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        cursor.execute(f"{insert} FROM journal_told ON CONFLICT DO NOTHING", [clock.now()])
        new = int(cursor.rowcount)
        if connection.savepoint_ids:  # the caller's transaction goes on and may call again
            cursor.execute("DELETE FROM journal_told")
        return new


def _insert_sqlite(rows: list[tuple[Any, ...]]) -> int:
    columns = ", ".join(COLUMNS)
    marks = ", ".join(["%s"] * len(COLUMNS))
    recorded_at = connection.ops.adapt_datetimefield_value(clock.now())
    adapted = [
        (*row[:6], connection.ops.adapt_datetimefield_value(row[6]), row[7], recorded_at) for row in rows
    ]
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT OR IGNORE INTO journal_entry ({columns}, {CONSTANTS})"  # noqa: S608 - constants
            f" VALUES ({marks}, '', 'track', 0, %s)",
            adapted,
        )
        return int(cursor.rowcount)
