"""Rows from a staging table straight into the database: COPY on PostgreSQL, ``executemany`` on SQLite.

Both run inside the caller's transaction and leave every constraint in force.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import Any, Protocol

import duckdb
from django.db import connection
from django.db.models import BooleanField, DateField, Field, JSONField, Model
from django.db.models.fields import NOT_PROVIDED

from aftercart.connectors.staging.sql import name, text

PIECE = 1 << 18
POSTGRES = {"synchronous_commit": "off", "jit": "off"}
SQLITE = {"wal_autocheckpoint": "10000", "mmap_size": "0", "cache_size": "-16384"}
ROWS = 4_000
TOGETHER = 40  # rows a statement: a fifth faster than one at a time
RESERVING = threading.Lock()  # two lanes drawing ids at once would never get consecutive ones


class Bulk(Protocol):
    """Writes the rows of a DuckDB query into the table of a model."""

    def reserve(self, model: type[Model], count: int) -> int:
        """The first of ``count`` consecutive ids that nobody else will get."""

    def insert(self, model: type[Model], columns: Mapping[str, str], rows: str) -> int:
        """Insert ``SELECT columns' values FROM rows``; columns not named get the model's defaults.

        ``columns`` maps a column to DuckDB SQL over ``rows`` (a table or a query in parentheses).
        """

    def update(self, model: type[Model], columns: Mapping[str, str], rows: str) -> int:
        """Set ``columns`` of the rows whose ``id`` is given among them."""


def open_bulk(con: duckdb.DuckDBPyConnection, file: Path) -> Bulk:
    """The writer for the configured database; it may use ``file`` for itself."""
    return PostgresBulk(con, file) if connection.vendor == "postgresql" else SqliteBulk(con)


@contextmanager
def eased() -> Iterator[None]:
    """The connection as a long row of large writes wants it, for as long as that lasts.

    PostgreSQL does not wait for the disk at each commit: what a crash of the server takes away, it takes
    together with its checkpoint. SQLite writes its log back less often, maps no file into memory and keeps fewer pages:
    a quarter of them is as fast.
    """
    before = ease()
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            for setting, value in before.items():
                cursor.execute(_set(setting, value))


def ease() -> dict[str, str]:
    """Set what :func:`eased` sets; returns what was set before."""
    before: dict[str, str] = {}
    with connection.cursor() as cursor:
        for setting, value in (POSTGRES if connection.vendor == "postgresql" else SQLITE).items():
            cursor.execute(f"SHOW {setting}" if connection.vendor == "postgresql" else f"PRAGMA {setting}")
            before[setting] = str((cursor.fetchone() or ("",))[0])
            cursor.execute(_set(setting, value))
    return before


def _set(setting: str, value: str) -> str:
    return f"SET {setting} = {value}" if connection.vendor == "postgresql" else f"PRAGMA {setting} = {value}"


def _columns(model: type[Model], given: Mapping[str, str]) -> dict[str, str]:
    """The given columns and a literal for every other one that has no default in the database."""
    known = {field.column: field for field in model._meta.concrete_fields if field.column}
    if unknown := set(given) - set(known):
        raise LookupError(f"{model._meta.label} has no column {', '.join(sorted(unknown))}")
    missing = {
        column: _literal(field)
        for column, field in known.items()
        if column not in given and not field.primary_key and field.db_default is NOT_PROVIDED
    }
    return {**given, **{column: value for column, value in missing.items() if value is not None}}


def _literal(field: Field[Any, Any]) -> str | None:
    """The model's default as DuckDB SQL; nothing for null, which the database assumes."""
    value = field.get_default()
    if value is None and field.null:
        return None
    if isinstance(value, bool | int):
        return str(value).lower()
    return text("[]" if value == [] else "{}" if value == {} else str(value or ""))


class PostgresBulk:
    """Through a CSV file per table and batch: DuckDB writes it and PostgreSQL reads it, both in C."""

    def __init__(self, con: duckdb.DuckDBPyConnection, file: Path) -> None:
        self.con = con
        self.file = file

    def reserve(self, model: type[Model], count: int) -> int:
        """Ids drawn one by one, as everybody draws them; again when somebody drew one in between."""
        with RESERVING, connection.cursor() as cursor:
            cursor.execute("SELECT pg_get_serial_sequence(%s, 'id')", [model._meta.db_table])
            (sequence,) = cursor.fetchone()
            while True:
                cursor.execute(
                    "SELECT min(v), max(v) FROM (SELECT nextval(%s::regclass) AS v FROM generate_series(1, %s)) s",
                    [sequence, max(count, 1)],
                )
                first, last = cursor.fetchone()
                if last - first + 1 == max(count, 1):
                    return int(first)

    def insert(self, model: type[Model], columns: Mapping[str, str], rows: str) -> int:
        complete = _columns(model, columns)
        return self._copy(name(model._meta.db_table), complete, rows)

    def update(self, model: type[Model], columns: Mapping[str, str], rows: str) -> int:
        table = name(model._meta.db_table)
        names = ", ".join(name(column) for column in columns)
        with connection.cursor() as cursor:
            cursor.execute(
                f"CREATE TEMP TABLE incoming ON COMMIT DROP AS SELECT {names} FROM {table} WHERE false"
            )
            count = self._copy("incoming", columns, rows)
            changes = ", ".join(
                f"{name(column)} = incoming.{name(column)}" for column in columns if column != "id"
            )
            cursor.execute(f"UPDATE {table} SET {changes} FROM incoming WHERE incoming.id = {table}.id")
            cursor.execute("DROP TABLE incoming")
        return count

    def _copy(self, table: str, columns: Mapping[str, str], rows: str) -> int:
        values = ", ".join(columns.values())
        self.con.execute(
            f"COPY (SELECT {values} FROM {rows}) TO {text(str(self.file))} (FORMAT csv, HEADER false)"
        )
        names = ", ".join(name(column) for column in columns)
        with connection.cursor() as cursor, self.file.open("rb") as file:
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN (FORMAT csv)") as copy:
                while piece := file.read(PIECE):
                    copy.write(piece)
            return int(cursor.rowcount)


class SqliteBulk:
    """Through inserts of many rows; columns that are the same in every row stand in the statement."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self.con = con

    def reserve(self, model: type[Model], count: int) -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [model._meta.db_table])
            row = cursor.fetchone()
        return int(row[0]) + 1 if row else 1

    def insert(self, model: type[Model], columns: Mapping[str, str], rows: str) -> int:
        complete = _columns(model, columns)
        names = ", ".join(name(column) for column in complete)
        one = f"({', '.join('?' if column in columns else value for column, value in complete.items())})"
        start = f"INSERT INTO {name(model._meta.db_table)} ({names}) VALUES "
        connection.ensure_connection()
        database, count = connection.connection, 0
        many = start + ", ".join([one] * TOGETHER)
        found = self.con.execute(f"SELECT {', '.join(_written(model, columns))} FROM {rows}")
        while batch := found.fetchmany(ROWS):
            whole = len(batch) // TOGETHER * TOGETHER
            for first in range(0, whole, TOGETHER):
                database.execute(many, list(chain.from_iterable(batch[first : first + TOGETHER])))
            database.executemany(start + one, batch[whole:])
            count += len(batch)
        return count

    def update(self, model: type[Model], columns: Mapping[str, str], rows: str) -> int:
        changes = ", ".join(f"{name(column)} = ?" for column in columns if column != "id")
        statement = f"UPDATE {name(model._meta.db_table)} SET {changes} WHERE id = ?"
        ordered = {column: value for column, value in columns.items() if column != "id"} | {
            "id": columns["id"]
        }
        connection.ensure_connection()
        found = self.con.execute(f"SELECT {', '.join(_written(model, ordered))} FROM {rows}")
        batch = found.fetchall()
        connection.connection.executemany(statement, batch)
        return len(batch)


def _written(model: type[Model], columns: Mapping[str, str]) -> list[str]:
    """The values as SQLite keeps them: moments and JSON as text, booleans as 0 and 1."""
    fields = {field.column: field for field in model._meta.concrete_fields if field.column}
    return [_as_sqlite(fields[column], value) for column, value in columns.items()]


def _as_sqlite(field: Field[Any, Any], value: str) -> str:
    if isinstance(field, DateField | JSONField):
        return f"CAST({value} AS VARCHAR)"
    if isinstance(field, BooleanField):
        return f"CAST({value} AS INTEGER)"
    return value
