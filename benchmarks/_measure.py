"""``python -m benchmarks._measure benchmarks._events``: one benchmark on the database configured."""

from __future__ import annotations

import os
import sys
from importlib import import_module

import django
from django.core.management import call_command
from django.db import connection

from benchmarks._report import say


def main() -> None:
    """Migrate, say which database it is, measure."""
    django.setup()
    call_command("migrate", verbosity=0)
    say(f"\n{_database()}; load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    import_module(sys.argv[1]).measure()
    say(f"load afterwards {os.getloadavg()[0]:.1f}")


def _database() -> str:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT 'SQLite ' || sqlite_version()")
        else:
            cursor.execute(
                "SELECT 'PostgreSQL ' || split_part(current_setting('server_version'), ' ', 1)"
                " || ', fsync ' || current_setting('fsync') || ', shared_buffers '"
                " || current_setting('shared_buffers')"
            )
        return str(cursor.fetchone()[0])


if __name__ == "__main__":
    main()
