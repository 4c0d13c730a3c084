"""All figures over 10,000,000 generated order lines (4,000,000 orders); compare with pandas, same numbers.

``BENCH_ORDERS`` sets the number of orders; there are five lines to two of them. The made-up export is kept
in the data directory and made once.
"""

from __future__ import annotations

import os
from importlib import import_module
from typing import Any

import django


def run() -> list[dict[str, Any]]:
    """The rows of the result: what, seconds by the clock and of the processor, and the ratio to pandas."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aftercart.config.settings")
    django.setup()
    rows: list[dict[str, Any]] = import_module("benchmarks._figures").measure()
    return rows


if __name__ == "__main__":
    run()
