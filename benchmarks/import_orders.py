"""100,000 real invoices into the shop: seconds, memory, and a ratio to bare ``executemany`` of the same rows.

The Online Retail year (shared real data) four times over, each time a year later. Runs on a scratch database
beside the one that ``DATABASE_URL`` names (SQLite without it).
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
        import_module("benchmarks._import_orders").measure()


if __name__ == "__main__":
    main()
