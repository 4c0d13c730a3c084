"""``aftercart serve`` in a process of its own, and the processor time that it and its database take."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psutil
from django.db import connection

PATIENCE = 60  # seconds


class Server:
    """A running server on a port of loopback."""

    def __init__(self, process: subprocess.Popen[bytes], port: int) -> None:
        self.port = port
        self._root = psutil.Process(process.pid)

    def cpu(self) -> float:
        """Seconds of processor time so far: the server's processes and its sessions in PostgreSQL."""
        family = [self._root, *self._root.children(recursive=True)]
        return sum(_spent(process) for process in [*family, *_sessions()])


@contextmanager
def serving() -> Iterator[Server]:
    """A server that answers, stopped afterwards."""
    port = _free_port()
    process = subprocess.Popen([sys.executable, "-m", "aftercart", "serve", "--port", str(port)])
    try:
        _wait_for(port, process)
        yield Server(process, port)
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.1)
    raise SystemExit("the server did not start")


def _sessions() -> list[psutil.Process]:
    """PostgreSQL's processes for this database, ours left out, when they run on this machine."""
    if connection.vendor != "postgresql":
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        numbers = [row[0] for row in cursor.fetchall()]
    found = []
    for number in numbers:
        with suppress(psutil.Error):
            process = psutil.Process(number)
            if "postgres" in process.name():
                found.append(process)
    return found


def _spent(process: psutil.Process) -> float:
    with suppress(psutil.Error):
        times = process.cpu_times()
        return float(times.user + times.system)
    return 0.0
