"""``aftercart seed``: the believable shop."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from aftercart.config.demo.seed import SIZES, is_seeded, seed


class Command(BaseCommand):
    help = "Fill an empty database with the believable shop: 2,000 customers, 6,000 orders, all generated."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--size",
            choices=sorted(SIZES),
            default="small",
            help="tiny: 200 orders; small: 6,000; large: 80,000",
        )
        parser.add_argument("--seed", type=int, default=1, help="another number is another shop (1)")

    def handle(self, **options: Any) -> None:
        if is_seeded():
            raise CommandError("There is a shop in this database already; seed fills an empty one only.")
        columns = (
            TextColumn("{task.description:<12}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
        )
        with Progress(*columns, disable=not sys.stderr.isatty()) as progress:
            tasks: dict[str, Any] = {}

            def tell(what: str, done: int, total: int) -> None:
                if what not in tasks:
                    tasks[what] = progress.add_task(what.capitalize(), total=total)
                progress.update(tasks[what], completed=done)

            seed(size=options["size"], number=options["seed"], tell=tell)
        self.stdout.write("The shop is filled.")
