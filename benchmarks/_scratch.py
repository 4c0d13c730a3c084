"""A database of its own for every run, on SQLite and on PostgreSQL; ``BENCH_DATABASES`` names fewer."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

VENDORS = ("sqlite", "postgresql")


def on_each_database(module: str) -> None:
    """Run ``module.measure()`` in a process of its own per database, migrated and empty.

    Raises:
        SystemExit: when one of them did not finish.
    """
    wanted = os.environ.get("BENCH_DATABASES", ",".join(VENDORS)).split(",")
    failed = [vendor for vendor in VENDORS if vendor in wanted and not _run(module, vendor)]
    if failed:
        raise SystemExit(f"did not finish on {', '.join(failed)}")


def _run(module: str, vendor: str) -> bool:
    with tempfile.TemporaryDirectory(prefix="aftercart-bench-", ignore_cleanup_errors=True) as folder:
        if vendor == "sqlite":
            return _measure(module, folder, f"sqlite:///{folder}/bench.sqlite3")
        # Known only with the development extra; SQLite alone does without.
        with import_module("tools.postgres").serve_postgres() as server, scratch_database(server) as url:
            return _measure(module, folder, url)


def _measure(module: str, folder: str, url: str) -> bool:
    environment = os.environ | {
        "DATABASE_URL": url,
        "AFTERCART_DATA_DIR": folder,
        "DJANGO_SETTINGS_MODULE": "aftercart.config.settings",
    }
    command = [sys.executable, "-m", "benchmarks._measure", module]
    return subprocess.run(command, env=environment, check=False).returncode == 0


@contextmanager
def scratch_database(server: str) -> Iterator[str]:
    """The address of a new database on a server, dropped afterwards."""
    name = f"aftercart_bench_{os.getpid()}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
