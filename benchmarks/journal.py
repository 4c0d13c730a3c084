"""Tracked events into the journal, and listeners drained; compare with bare inserts of the same rows.

Runs on a scratch database beside the one that ``DATABASE_URL`` names (SQLite without it).
"""

from __future__ import annotations

import os
import tempfile
from importlib import import_module

import django


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "aftercart.config.settings"
    with tempfile.TemporaryDirectory() as folder:
        os.environ["AFTERCART_DATA_DIR"] = folder
        django.setup()
        import_module("benchmarks._journal").measure()


if __name__ == "__main__":
    main()
