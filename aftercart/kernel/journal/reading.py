"""Reading the journal for listeners: one statement per batch, an index range per event name.

Written in SQL because each branch must use the index ``(name, is_history, xid, id)`` in its order: then
a listener for a rare event finds it among millions of others without reading them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from django.db import connection

from aftercart.kernel.journal.events import Event, registry
from aftercart.kernel.journal.listening import Listener, Recorded
from aftercart.kernel.journal.positions import Position, horizon
from aftercart.kernel.journal.segment import Tracked

COLUMNS = (
    "xid, id, name, facts, actor, source, occurred_at, is_history, customer_id, channel_id, anonymous_id"
)
Row = tuple[Any, ...]
MANY = 5000


def read(listener: Listener, *, after: Position, upto: Position, limit: int) -> list[Row]:
    """The next entries for a listener in ``(after, upto]``, at most ``limit``, in journal order."""
    sql, parameters = _branches(listener, after, upto, COLUMNS)
    with connection.cursor() as cursor:
        cursor.execute(f"{sql} ORDER BY xid, id LIMIT %s", [*parameters, limit])
        return list(cursor.fetchall())


def read_one(entry_id: int) -> Row:
    """One entry, as :func:`read` gives it.

    Raises:
        LookupError: when there is none with the id.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {COLUMNS} FROM journal_entry WHERE id = %s", [entry_id])  # noqa: S608 - constants
        row = cursor.fetchone()
    if row is None:
        raise LookupError(f"no entry {entry_id}")
    return tuple(row)


def count_unheard(listener: Listener, *, after: Position, limit: int = 1_000_000) -> int:
    """How many entries wait for a listener that stands at ``after``, counted up to ``limit``."""
    sql, parameters = _branches(listener, after, horizon(), "id")
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*) FROM ({sql} LIMIT %s) AS unheard", [*parameters, limit])  # noqa: S608
        return int(cursor.fetchone()[0])


def oldest_unheard(listener: Listener, *, after: Position) -> datetime | None:
    """When the first entry that waits for a listener standing at ``after`` was recorded."""
    sql, parameters = _branches(listener, after, horizon(), "xid, id, recorded_at")
    with connection.cursor() as cursor:
        cursor.execute(f"{sql} ORDER BY xid, id LIMIT 1", parameters)
        row = cursor.fetchone()
    return _aware(row[2]) if row else None


def names_between(after: Position, upto: Position) -> frozenset[str] | None:
    """The names of the entries in ``(after, upto]``; None when there are too many to look through."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, COUNT(*) FROM (SELECT name FROM journal_entry"
            " WHERE (xid, id) > (%s, %s) AND (xid, id) <= (%s, %s) LIMIT %s) AS fresh GROUP BY name",
            [*after, *upto, MANY],
        )
        counts = dict(cursor.fetchall())
    return None if sum(counts.values()) >= MANY else frozenset(counts)


def decode(rows: Iterable[Row]) -> list[Recorded[Event]]:
    """Rows of :func:`read` as typed events.

    Raises:
        TypeError, ValueError: when the facts of an entry do not fit the event as it is declared now.
    """
    return [_decode(row) for row in rows]


def _decode(row: Row) -> Recorded[Event]:
    _, entry_id, name, facts, actor, source, occurred_at, is_history, customer_id, channel_id, visitor = row
    kind = registry.get(name, Tracked)
    return Recorded(
        entry_id=entry_id,
        event=kind.from_facts(json.loads(facts) if isinstance(facts, str) else facts),
        actor=actor,
        source=source,
        occurred_at=_aware(occurred_at),
        is_history=bool(is_history),
        customer_id=customer_id,
        channel_id=channel_id,
        anonymous_id=visitor,
    )


def _aware(value: datetime | str) -> datetime:
    """SQLite gives naive UTC, as text where it lost sight of the column."""
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _branches(listener: Listener, after: Position, upto: Position, columns: str) -> tuple[str, list[Any]]:
    """``UNION ALL`` of one index range per name, which both databases merge lazily in order."""
    where = "(xid, id) > (%s, %s) AND (xid, id) <= (%s, %s)"
    tenses = (False, True) if listener.hears_history else (False,)
    if listener.hears_everything:
        only = "" if listener.hears_history else "is_history = %s AND "
        select = f"SELECT {columns} FROM journal_entry WHERE {only}{where}"  # noqa: S608 - constants
        return select, [*([] if listener.hears_history else [False]), *after, *upto]
    select = f"SELECT {columns} FROM journal_entry WHERE name = %s AND is_history = %s AND {where}"  # noqa: S608
    branches = [(name, tense) for name in sorted(listener.event_names) for tense in tenses]
    parameters = [value for branch in branches for value in (*branch, *after, *upto)]
    return " UNION ALL ".join([select] * len(branches)), parameters
