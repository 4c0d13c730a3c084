"""``aftercart work``: turn the pumps. Start it as often, on as many machines, as there is work."""

from __future__ import annotations

import signal
from argparse import ArgumentParser
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from aftercart.kernel.work.worker import Worker


class Command(BaseCommand):
    help = "Runs background work: listeners, jobs, schedules, outside effects. Stops gracefully on SIGTERM."

    def add_arguments(self, parser: ArgumentParser) -> None:
        mode = parser.add_mutually_exclusive_group()
        mode.add_argument("--once", action="store_true", help="turn every pump once, then exit")
        mode.add_argument("--until-idle", action="store_true", help="exit when nothing is left to do now")
        parser.add_argument("--threads", type=int, default=2, help="jobs run side by side (default 2)")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["threads"] < 1:
            raise CommandError("--threads must be at least 1")
        worker = Worker(job_threads=options["threads"])
        _stop_on_signals(worker)
        if options["once"]:
            self.stdout.write(f"{worker.run_once()} units done")
        elif options["until_idle"]:
            self.stdout.write(f"{worker.run_until_idle()} units done")
        elif not worker.run():
            raise CommandError("a thread of the worker broke; start it again")


def _stop_on_signals(worker: Worker) -> None:
    """The first signal stops gracefully, a second one at once."""

    def stop(signum: int, _frame: FrameType | None) -> None:
        worker.stop()
        signal.signal(signum, signal.SIG_DFL)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
