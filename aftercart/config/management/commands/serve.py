"""``aftercart serve``: the web process."""

from __future__ import annotations

import os
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from aftercart.config.env import DEMO_SECRET

LOOPBACK = ("127.0.0.1", "localhost", "::1")


class Command(BaseCommand):
    help = "Serve the shop's pages and the API."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on (127.0.0.1)")
        parser.add_argument("--port", type=int, default=8000, help="port to listen on (8000)")
        parser.add_argument("--workers", type=int, default=0, help="processes (1 on SQLite, else one a core)")
        parser.add_argument("--threads", type=int, default=4, help="threads a process (4)")
        parser.add_argument("--access-log", action="store_true", help="a line a request")

    def handle(self, **options: Any) -> None:
        _refuse_open_secret(options["host"])
        workers = options["workers"] or (1 if settings.IS_SQLITE else os.cpu_count() or 1)
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aftercart.config.settings")
        Granian(
            "aftercart.config.wsgi:application",
            address=options["host"],
            port=options["port"],
            interface=Interfaces.WSGI,
            workers=workers,
            blocking_threads=options["threads"],
            backpressure=options["threads"] * 8,
            log_level=LogLevels.warning,
            log_access=options["access_log"],
            respawn_failed_workers=True,
        ).serve()


def _refuse_open_secret(host: str) -> None:
    """Whoever reads this project's source could sign themselves an invitation with the demo's secret."""
    if settings.SECRET_KEY == DEMO_SECRET and host not in LOOPBACK:
        raise CommandError(
            f"Others can reach {host}: set AFTERCART_SECRET_KEY (at least 32 characters) and AFTERCART_BASE_URL first."
        )
