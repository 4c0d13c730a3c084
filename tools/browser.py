"""A Chromium for the tests: an installed one, else Playwright's own, else Debian's package."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
LINE = "Install a browser: 'apt-get install chromium' or 'python -m playwright install chromium'."


def find_chromium() -> str:
    """The path of an installed Chromium, or an empty string."""
    named = os.environ.get("CHROMIUM", "")
    if named and Path(named).exists():
        return named
    return next((path for path in map(shutil.which, NAMES) if path), "") or _of_playwright()


def ensure_chromium() -> str:
    """The path of a Chromium, installed when there is none.

    Raises:
        SystemExit: with the line that installs one, when this machine does not let us.
    """
    found = find_chromium()
    if not found:
        sys.stdout.write("No Chromium found: installing one.\n")
        sys.stdout.flush()
        _ = _playwright_installs() or _debian_installs()
        found = find_chromium()
    if not found:
        raise SystemExit(LINE)
    return found


def _of_playwright() -> str:
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if path and Path(path).exists() else ""


def _playwright_installs() -> bool:
    command = [sys.executable, "-m", "playwright", "install", "chromium"]
    return subprocess.run(command, check=False, timeout=600).returncode == 0 and bool(_of_playwright())


def _debian_installs() -> bool:
    if not shutil.which("apt-get") or os.geteuid() != 0:
        return False
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", "chromium"]):
        if subprocess.run(command, check=False, env=environment).returncode != 0:
            return False
    return True
