"""Reading the journal for listeners: one statement per batch, an index range per event name.

Written in SQL because each branch must use the index ``(name, is_history, xid, id)`` in its order: then
a listener for a rare event finds it among millions of others without reading them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from django.db import connection, transaction

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
    """The next entries for a listener in ``(after, upto]``, at most ``limit``, in journal order.

    ``upto`` is a horizon: it lies behind every entry of its transaction.
    """
    return _run(_ranges(listener, COLUMNS, after=after, upto=upto, limit=limit))


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
    sql, values = _ranges(listener, "xid, id", after=after, upto=horizon(), limit=limit)
    return int(_run((f"SELECT COUNT(*) FROM ({sql}) AS unheard", values))[0][0])  # noqa: S608 - constants


def oldest_unheard(listener: Listener, *, after: Position) -> datetime | None:
    """When the first entry that waits for a listener standing at ``after`` was recorded."""
    rows = _run(_ranges(listener, "xid, id, recorded_at", after=after, upto=horizon(), limit=1))
    return _aware(rows[0][2]) if rows else None


def names_between(after: Position, upto: Position) -> frozenset[str] | None:
    """The names of the entries in ``(after, upto]``; None when there are too many to look through."""
    fresh = "(xid, id) > (%s, %s) AND (xid, id) <= (%s, %s)"
    parameters: list[int] = [*after, *upto]
    if connection.vendor == "sqlite":
        # Ids are the order of commits here, and SQLite seeks by the first column of a pair only.
        fresh, parameters = "id > %s AND id <= %s", [after.id, upto.id]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT name, COUNT(*) FROM"  # noqa: S608 - constants
            f" (SELECT name FROM journal_entry WHERE {fresh} LIMIT %s) AS fresh GROUP BY name",
            [*parameters, MANY],
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


Condition = tuple[str, list[Any]]


def _run(statement: Condition) -> list[Row]:
    with _in_index_order(), connection.cursor() as cursor:
        cursor.execute(*statement)
        return list(cursor.fetchall())


def _ranges(listener: Listener, columns: str, *, after: Position, upto: Position, limit: int) -> Condition:
    """``UNION ALL`` of index ranges, each in journal order, merged lazily up to the limit."""
    conditions = [
        (f"{kind} AND {place}" if kind else place, [*kind_values, *place_values])
        for kind, kind_values in _kinds(listener)
        for place, place_values in _places(after, upto)
    ]
    return _union(columns, conditions, limit)


def _union(columns: str, conditions: list[Condition], limit: int) -> Condition:
    """The branches as one statement; SQLite merges them by itself, PostgreSQL wants each limited."""
    select = f"SELECT {columns} FROM journal_entry WHERE"  # noqa: S608 - constants
    values = [value for _, branch in conditions for value in branch]
    if connection.vendor == "sqlite":
        union = " UNION ALL ".join(f"{select} {where}" for where, _ in conditions)
        return f"{union} ORDER BY xid, id LIMIT %s", [*values, limit]
    union = " UNION ALL ".join(
        f"({select} {where} ORDER BY xid, id LIMIT {int(limit)})" for where, _ in conditions
    )
    return f"SELECT * FROM ({union}) AS entries ORDER BY xid, id LIMIT %s", [*values, limit]  # noqa: S608


def _kinds(listener: Listener) -> list[Condition]:
    """Which entries a listener hears: one condition per event name and tense."""
    tenses = (False, True) if listener.hears_history else (False,)
    if listener.hears_everything:
        return [("", [])] if listener.hears_history else [("is_history = %s", [False])]
    return [
        ("name = %s AND is_history = %s", [name, tense])
        for name in sorted(listener.event_names)
        for tense in tenses
    ]


def _places(after: Position, upto: Position) -> list[Condition]:
    """Where they stand. SQLite seeks by the first column of a pair only, so there the pair is split."""
    if connection.vendor == "sqlite":
        return [
            ("xid = %s AND id > %s", [after.xid, after.id]),
            ("xid > %s AND xid <= %s", [after.xid, upto.xid]),
        ]
    return [("(xid, id) > (%s, %s) AND xid <= %s", [*after, upto.xid])]


@contextmanager
def _in_index_order() -> Iterator[None]:
    """Bind PostgreSQL to the index for one statement: before the table's first ANALYZE, and for large
    backlogs, it would rather sort all that waits for each batch."""
    if connection.vendor != "postgresql":
        yield
        return
    plans = ("enable_seqscan", "enable_bitmapscan", "enable_sort")
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        cursor.execute("; ".join(f"SET LOCAL {plan} = off" for plan in plans))
        yield
        cursor.execute("; ".join(f"SET LOCAL {plan} TO DEFAULT" for plan in plans))
