"""The order page, three parcels and a conversation: server time and queries; compare with the look-up page."""

from __future__ import annotations

import os
import tempfile
from importlib import import_module

import django


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "aftercart.config.settings"
    with tempfile.TemporaryDirectory() as folder:
        os.environ.setdefault("DATABASE_URL", f"sqlite:///{folder}/bench.sqlite3")
        os.environ["AFTERCART_DATA_DIR"] = folder
        django.setup()
        import_module("benchmarks._order_page").measure()


if __name__ == "__main__":
    main()
