"""An import of invoices in a process of its own, as a merchant's command does it; what it took as JSON."""

from __future__ import annotations

import json
import re
import sys
import time
from pathlib import Path

from django.db import connection

from aftercart.connectors.testing import import_files
from benchmarks._driver import server_cpu


def main() -> None:
    """Import the file named on the command line; times are in seconds, memory is in MB."""
    seconds, last = dict[str, float](), time.perf_counter()

    def progress(doing: str, _: int, total: int) -> None:
        """Steps of writing are told when they end; that writing begins ends the reading."""
        nonlocal last
        phase = doing if total and doing != "Writing" else "Reading and putting together"
        last, before = time.perf_counter(), last
        seconds[phase] = seconds.get(phase, 0.0) + last - before

    connection.ensure_connection()
    started, worked, server = time.perf_counter(), time.process_time(), server_cpu()
    run = import_files("online-retail", Path(sys.argv[1]), progress=progress)
    told = {
        "clock": time.perf_counter() - started,
        "cpu": time.process_time() - worked,
        "server": server_cpu() - server,
        "memory": peak_memory(),
        "orders": run.counts["orders_added"],
        "lines": run.report["rows"]["lines"],
        "rejected": run.report["rejected"],
        "phases": seconds,
    }
    sys.stdout.write(json.dumps(told))


def peak_memory() -> float:
    """The most this process ever had in memory, in MB; what ran before the program was loaded is not counted."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text(encoding="ascii"))
    return int(found[1]) / 1024 if found else 0.0
