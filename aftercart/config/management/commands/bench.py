"""``aftercart bench``: the benchmarks in ``benchmarks/``, with ratios and machine facts."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

FOLDER = Path(__file__).resolve().parents[4] / "benchmarks"


class Command(BaseCommand):
    help = "Run the benchmarks: figures, ratios to a baseline in the same run, and the machine's facts."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("names", nargs="*", help="which (all when none is named)")
        parser.add_argument("--list", action="store_true", help="only say which there are")

    def handle(self, **options: Any) -> None:
        known = benchmarks()
        if options["list"] or not known:
            self.stdout.write(
                "\n".join(known) or f"There are no benchmarks in {FOLDER}: they come with the source."
            )
            return
        if unknown := set(options["names"]) - set(known):
            raise CommandError(
                f"no benchmark is called {', '.join(sorted(unknown))}; there are {', '.join(known)}"
            )
        self.stdout.write(machine())
        failed = [name for name in options["names"] or known if not self.run_one(name)]
        if failed:
            raise CommandError(f"did not finish: {', '.join(failed)}")

    def run_one(self, name: str) -> bool:
        """Run one benchmark in a process of its own, so that its memory is its own."""
        self.stdout.write(f"\n== {name}\n")
        self.stdout.flush()
        command = [sys.executable, "-m", f"benchmarks.{name}"]
        return subprocess.run(command, cwd=FOLDER.parent, check=False).returncode == 0  # noqa: S603


def benchmarks() -> list[str]:
    """The names of the benchmarks there are."""
    if not FOLDER.is_dir():
        return []
    return sorted(path.stem for path in FOLDER.glob("*.py") if not path.stem.startswith("_"))


def machine() -> str:
    """What this machine is, for whoever reads the figures later."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{platform.system()} {platform.release()}, {platform.machine()}, {os.cpu_count()} cores, "
        f"{memory:.0f} GiB, Python {platform.python_version()}\n"
    )
