"""Run the whole test suite: on SQLite, on PostgreSQL, and in a real browser.

Nothing is skipped silently: what a pass needs is started or installed, or the run fails with the line
that would install it. ``python -m tools.suite [sqlite|postgres|browser ...] [-- pytest arguments]``.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tools.browser import ensure_chromium
from tools.postgres import serve_postgres

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Pass:
    """One run of pytest: which tests, on which database."""

    name: str
    markers: str
    needs_postgres: bool = False
    needs_browser: bool = False


PASSES = (
    Pass("sqlite", "not postgres and not browser and not spark"),
    Pass("postgres", "not browser and not spark", needs_postgres=True),
    Pass("browser", "browser", needs_postgres=True, needs_browser=True),
    Pass("browser-sqlite", "browser", needs_browser=True),
)

DEFAULT = ("sqlite", "postgres", "browser")


def main(arguments: list[str]) -> int:
    """Run the passes named; exit code 1 when one failed.

    By default all but the browser on SQLite: what a browser sees does not depend on the database.
    """
    names, _, extra = _split(arguments)
    chosen = [one for one in PASSES if one.name in (names or DEFAULT)]
    if unknown := set(names) - {one.name for one in PASSES}:
        sys.stderr.write(f"unknown pass {', '.join(sorted(unknown))}; there are: {_names()}\n")
        return 2
    with ExitStack() as stack:
        database = stack.enter_context(serve_postgres()) if any(p.needs_postgres for p in chosen) else ""
        chromium = ensure_chromium() if any(p.needs_browser for p in chosen) else ""
        outcomes = {one.name: _run(one, database, chromium, extra) for one in chosen}
    _report(outcomes)
    return 1 if any(code for code, _ in outcomes.values()) else 0


def _split(arguments: list[str]) -> tuple[list[str], str, list[str]]:
    if "--" not in arguments:
        return arguments, "", []
    at = arguments.index("--")
    return arguments[:at], "--", arguments[at + 1 :]


def _names() -> str:
    return ", ".join(one.name for one in PASSES)


def _run(one: Pass, database: str, chromium: str, extra: list[str]) -> tuple[int, float]:
    sys.stdout.write(f"\n== {one.name}: pytest -m '{one.markers}'\n")
    sys.stdout.flush()
    started = time.monotonic()
    with _surroundings(one, database, chromium) as environment:
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-m",
            one.markers,
            "-n",
            os.environ.get("TEST_PROCESSES", "2"),
        ]
        code = subprocess.call([*command, *extra], cwd=ROOT, env=environment)
    return code, time.monotonic() - started


@contextmanager
def _surroundings(one: Pass, database: str, chromium: str) -> Iterator[dict[str, str]]:
    """A data folder of its own and a clean configuration, so that a developer's shop is never touched."""
    with tempfile.TemporaryDirectory(prefix="aftercart-test-", ignore_cleanup_errors=True) as folder:
        kept = {k: v for k, v in os.environ.items() if k not in {"DATABASE_URL", "EMAIL_URL"}}
        environment = kept | {
            "AFTERCART_DATA_DIR": folder,
            "DJANGO_SETTINGS_MODULE": "aftercart.config.settings",
        }
        if one.needs_postgres:
            environment["DATABASE_URL"] = database
        if chromium:
            environment["CHROMIUM"] = chromium
        yield environment


def _report(outcomes: dict[str, tuple[int, float]]) -> None:
    sys.stdout.write("\n")
    for name, (code, seconds) in outcomes.items():
        sys.stdout.write(f"{name:<16} {'passed' if code == 0 else f'FAILED ({code})'} in {seconds:.0f} s\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
