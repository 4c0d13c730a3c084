"""The database's driver without Django: what a baseline is measured with."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, Protocol

import psutil
import psycopg
from django.db import connection
from psycopg.types.json import Jsonb


class Driver(Protocol):
    """A connection of its own to the database configured."""

    mark: str

    def adapted(self, row: Sequence[Any]) -> tuple[Any, ...]:
        """A row as Django's cursor gives it, as the driver takes it."""

    def insert_many(self, statement: str, rows: Sequence[tuple[Any, ...]]) -> None:
        """``executemany`` in one transaction."""

    def load(self, table: str, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
        """Many rows in one transaction, the fastest way there is."""

    def cpu(self) -> float:
        """Seconds of processor time so far, the session in PostgreSQL included."""

    def close(self) -> None:
        """Give the connection back."""


class Sqlite:
    """The standard library's ``sqlite3``, with the settings the product runs with."""

    mark = "?"

    def __init__(self) -> None:
        database = connection.settings_dict
        self._connection = sqlite3.connect(str(database["NAME"]))
        self._connection.executescript(database["OPTIONS"]["init_command"])

    def adapted(self, row: Sequence[Any]) -> tuple[Any, ...]:
        return tuple(_in_utc(value) if isinstance(value, datetime) else value for value in row)

    def insert_many(self, statement: str, rows: Sequence[tuple[Any, ...]]) -> None:
        with self._connection:
            self._connection.executemany(statement, rows)

    def load(self, table: str, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
        marks = ", ".join("?" * len(columns))
        with self._connection:
            self._connection.executemany(
                f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", map(self.adapted, rows)
            )

    def cpu(self) -> float:
        return time.process_time()

    def close(self) -> None:
        self._connection.close()


class Postgresql:
    """psycopg, whose ``executemany`` prepares the statement and sends it in a pipeline."""

    mark = "%s"

    def __init__(self) -> None:
        database = connection.settings_dict
        names = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
        known = {ours: database[theirs] for theirs, ours in names.items() if database[theirs]}
        self._connection = psycopg.connect(**known)

    def adapted(self, row: Sequence[Any]) -> tuple[Any, ...]:
        return tuple(Jsonb(value) if isinstance(value, dict) else value for value in row)

    def insert_many(self, statement: str, rows: Sequence[tuple[Any, ...]]) -> None:
        with self._connection.transaction(), self._connection.cursor() as cursor:
            cursor.executemany(statement, rows)

    def load(self, table: str, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
        with self._connection.transaction(), self._connection.cursor() as cursor:
            with cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            if "id" in columns:
                cursor.execute(
                    f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), MAX(id)) FROM {table}"
                )

    def cpu(self) -> float:
        times = psutil.Process(self._connection.info.backend_pid).cpu_times()
        return time.process_time() + float(times.user + times.system)

    def close(self) -> None:
        self._connection.close()


def _in_utc(moment: datetime) -> str:
    """As Django writes it: UTC, without saying so."""
    return str(moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment)


def bare_driver() -> Driver:
    """A connection to the database configured."""
    return Postgresql() if connection.vendor == "postgresql" else Sqlite()


def cpu_with_database() -> float:
    """Seconds of processor time of this process and of Django's session in PostgreSQL, when that runs here."""
    connection.ensure_connection()
    if connection.vendor != "postgresql":
        return time.process_time()
    times = psutil.Process(connection.connection.info.backend_pid).cpu_times()
    return time.process_time() + float(times.user + times.system)


def server_cpu() -> float:
    """Seconds of processor time so far of all of PostgreSQL's processes, those that ended included.

    0 for SQLite, which works in our process, and for a server on another machine. Other work of the same server counts.
    """
    if connection.vendor != "postgresql":
        return 0.0
    connection.ensure_connection()
    try:
        postmaster = psutil.Process(connection.connection.info.backend_pid).parent()
    except psutil.NoSuchProcess:
        return 0.0
    if postmaster is None:
        return 0.0
    past, now = postmaster.cpu_times(), 0.0
    for child in postmaster.children():
        with suppress(psutil.NoSuchProcess):
            times = child.cpu_times()
            now += times.user + times.system
    return float(past.children_user + past.children_system + now)
