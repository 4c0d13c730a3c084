"""Real worker processes on the test's own database, to be killed or stopped by the tests."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.db import connection

ROOT = Path(settings.PACKAGE_DIR).parent


def database_url() -> str:
    """The address of the test database."""
    known = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{known['NAME']}"
    user = quote(known["USER"]) + (f":{quote(known['PASSWORD'])}" if known["PASSWORD"] else "")
    host = known["HOST"]
    if host.startswith("/"):
        return f"postgresql://{user}@/{known['NAME']}?host={quote(host, safe='')}"
    return f"postgresql://{user}@{host}{':' + known['PORT'] if known['PORT'] else ''}/{known['NAME']}"


def start(module: str, *arguments: str) -> subprocess.Popen[str]:
    """Run a module in a process of its own; its standard output is a pipe."""
    environment = os.environ | {"DATABASE_URL": database_url(), "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(
        [sys.executable, "-u", "-m", module, *arguments],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )


def await_line(process: subprocess.Popen[str], expected: str) -> None:
    """Read the process's output until a line starts with ``expected``.

    Raises:
        AssertionError: when the process ends without saying it.
    """
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith(expected):
            return
    raise AssertionError(f"the process ended without saying {expected!r}")
