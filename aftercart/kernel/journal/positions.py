"""Where in the journal something is, and how far it may be read.

Entries are read in the order ``(xid, id)``: the number of the transaction that wrote them, then theirs.
Every transaction below the oldest one still running has ended, so nothing can appear there any more
(docs/decisions/0003). SQLite has one writer at a time and xid 0 everywhere: ids are commit order.
"""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple

from django.db import connection

LARGEST = 2**63 - 1
NEXT_XID = {
    "postgresql": (
        "GREATEST(pg_snapshot_xmax(pg_current_snapshot())::text::bigint,"
        " COALESCE(pg_current_xact_id_if_assigned()::text::bigint + 1, 0))"
    ),
    "sqlite": "1",
}


class Position(NamedTuple):
    """A place between two entries: just after the entry ``(xid, id)``."""

    xid: int
    id: int


START = Position(-(2**62), 0)  # below every number, with room for renumbering below it
END = Position(LARGEST, LARGEST)


def horizon() -> Position:
    """Up to here every entry is there for good and visible to the statements that follow."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
            return Position(int(cursor.fetchone()[0]) - 1, LARGEST)
        cursor.execute("SELECT COALESCE(MAX(id), 0) FROM journal_entry")
        return Position(0, int(cursor.fetchone()[0]))


def next_xid() -> int:
    """No entry visible now can have been written here with this number or a higher one (SQLite: 1)."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {NEXT_XID[connection.vendor]}")
        return int(cursor.fetchone()[0])


def is_from_elsewhere() -> bool:
    """Whether entries or positions carry numbers that this database cluster has not given out."""
    limit = NEXT_XID[connection.vendor]
    with connection.cursor() as cursor:
        # One statement, so one snapshot: a commit between two would look like a number from elsewhere.
        cursor.execute(
            f"SELECT EXISTS (SELECT 1 FROM journal_entry WHERE xid >= {limit})"  # noqa: S608 - constants
            f" OR EXISTS (SELECT 1 FROM journal_progress WHERE xid >= {limit})"
        )
        return bool(cursor.fetchone()[0])


def horizon_age() -> timedelta:
    """How long the oldest running transaction that wrote has held the horizon back; 0 when none does.

    PostgreSQL counts the whole cluster, other databases included. A role that may not see others'
    sessions sees only its own.
    """
    if connection.vendor != "postgresql":
        return timedelta()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT COALESCE(clock_timestamp() - MIN(xact_start), interval '0') FROM pg_stat_activity "
            "WHERE backend_xid IS NOT NULL AND pid <> pg_backend_pid()"
        )
        age: timedelta = cursor.fetchone()[0]
        return max(age, timedelta())


def anything_beyond_horizon() -> bool:
    """Whether committed entries wait for an older transaction to end."""
    if connection.vendor != "postgresql":
        return False
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM journal_entry"
            " WHERE xid >= pg_snapshot_xmin(pg_current_snapshot())::text::bigint)"
        )
        return bool(cursor.fetchone()[0])
