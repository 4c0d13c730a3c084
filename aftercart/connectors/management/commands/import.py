"""``aftercart import``: files into the shop, with a progress bar and a report."""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from pathlib import Path
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.text import slugify
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from aftercart.connectors.actions import (
    Busy,
    Options,
    ask_for_import,
    channel_for,
    perform_import,
    run_folder,
    try_import,
)
from aftercart.connectors.actions.drafting import note_failure
from aftercart.connectors.files.errors import UnreadableFile
from aftercart.connectors.files.opening import InputFile, find_files, look_at, open_file
from aftercart.connectors.mapping.conditions import MappingError
from aftercart.connectors.mapping.guess import as_toml, guess
from aftercart.connectors.mapping.model import Mapping
from aftercart.connectors.mapping.reading import read_mapping, timezone
from aftercart.connectors.mapping.shipped import shipped_names, shipped_text
from aftercart.connectors.models import Run
from aftercart.connectors.previewing import first_rows
from aftercart.connectors.telling import sentences
from aftercart.kernel.money import MoneyError, exponent
from aftercart.stores.models import Channel

ABOUT = """Bring orders, customers, products and reviews in from files.

FORMAT is shopify or woocommerce (the files these stores export), csv (any CSV or Parquet file, with
--mapping), or the name of a mapping that comes along. PATH is a file or a folder with files.

  aftercart import shopify orders_export.csv products_export.csv
  aftercart import csv invoices.csv --mapping my-shop.toml --dry-run
  aftercart import online-retail online_retail.parquet

A second run of the same files changes nothing. A run that was cut off goes on where it stopped. Rows that
cannot be read are listed in rejects.csv with the reason; the rest is imported. How to write a mapping:
docs/mappings.md.
"""


class Explaining(CommandParser):
    """A parser that explains the command to whoever calls it with wrong words."""

    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(2, f"\n{ABOUT}\naftercart import: {message}\n")


class Command(BaseCommand):
    help = ABOUT

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> Any:
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.formatter_class = RawDescriptionHelpFormatter
        parser.__class__ = Explaining
        return parser

    def add_arguments(self, parser: ArgumentParser) -> None:
        names = sorted({"csv", *shipped_names()})
        parser.add_argument("format", metavar="FORMAT", choices=names, help=f"one of {', '.join(names)}")
        parser.add_argument(
            "paths", metavar="PATH", nargs="+", type=Path, help="files, or folders with files"
        )
        parser.add_argument(
            "--mapping", default="", help="with csv: a TOML file, or the name of a shipped mapping"
        )
        parser.add_argument("--channel", default="", help="name of the channel; made when there is none")
        parser.add_argument("--currency", default="", help="currency of amounts that name none, such as EUR")
        parser.add_argument(
            "--timezone", default="", help="time zone of times that name none, such as Europe/Warsaw"
        )
        parser.add_argument("--encoding", default="", help="of the files; found out when not given")
        parser.add_argument("--delimiter", default="", help="of the files; found out when not given")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, write nothing")
        parser.add_argument("--json", action="store_true", help="print the report as JSON")

    def handle(self, **options: Any) -> None:
        try:
            files = [look_at(path) for path in find_files(options["paths"])]
            text = _mapping_text(options["format"], options["mapping"], files)
            mapping = read_mapping(text)
            reading = _options(options)
            run = self._try if options["dry_run"] else self._perform
            run(mapping, text, files, reading, options)
        except WrongWords as error:
            raise CommandError(str(error), returncode=2) from error
        except (UnreadableFile, MappingError, MoneyError, Busy, LookupError) as error:
            raise CommandError(str(error).strip("'\"")) from error

    def _try(
        self, mapping: Mapping, text: str, files: list[InputFile], reading: Options, options: dict[str, Any]
    ) -> None:
        wanted = options["channel"] or mapping.channel
        channel = (
            Channel.objects.filter(slug=slugify(wanted)).first()
            or Channel.objects.filter(name=wanted).first()
        )
        folder = Path(tempfile.mkdtemp(prefix="aftercart-dry-run-"))
        with _bar(is_shown=not options["json"]) as bar:
            task = bar.add_task("Looking at the files", total=None)
            report = try_import(
                mapping=mapping,
                files=files,
                channel=channel,
                options=reading,
                folder=folder,
                say=lambda doing: bar.update(task, description=doing),
            )
        shutil.rmtree(folder / "stage", ignore_errors=True)
        self._tell(report | {"dry_run": True, "rejects": str(folder / "rejects.csv")}, options)

    def _perform(
        self, mapping: Mapping, text: str, files: list[InputFile], reading: Options, options: dict[str, Any]
    ) -> None:
        channel = channel_for(
            name=options["channel"], mapping=mapping, currency=reading.currency, timezone=reading.timezone
        )
        run, goes_on = ask_for_import(
            format_name=mapping.name,
            mapping_text=text,
            files=files,
            channel=channel,
            options=reading,
            actor="system",
        )
        if goes_on and not options["json"]:
            self.stdout.write(f"Import {run.pk} was cut off after step {run.position}: going on from there.")
        try:
            self._with_bar(run, is_shown=not options["json"])
        except (UnreadableFile, MappingError) as error:
            note_failure(run, str(error), is_final=True)
            raise
        rejects = run_folder(run) / "rejects.csv"
        self._tell(run.report | {"run": run.pk, "dry_run": False, "rejects": str(rejects)}, options)

    def _with_bar(self, run: Run, *, is_shown: bool) -> None:
        with _bar(is_shown=is_shown) as bar:
            task = bar.add_task("Reading the files", total=None)
            perform_import(
                run=run,
                progress=lambda doing, done, total: bar.update(
                    task, description=doing, completed=done, total=total or None
                ),
            )

    def _tell(self, report: dict[str, Any], options: dict[str, Any]) -> None:
        if options["json"]:
            self.stdout.write(json.dumps(report, indent=2, ensure_ascii=False))
        else:
            self.stdout.write("\n".join(sentences(report)))


class WrongWords(Exception):
    """The command was called with words that do not fit together."""


def _mapping_text(format_name: str, mapping: str, files: list[InputFile]) -> str:
    """The TOML of the mapping that FORMAT and --mapping name."""
    if format_name != "csv":
        if mapping:
            raise WrongWords(f"--mapping goes with csv; {format_name} has a mapping of its own.")
        return shipped_text(format_name)
    if not mapping:
        raise WrongWords(
            "csv needs --mapping, a TOML file that says what the columns mean (docs/mappings.md). "
            f"For {files[0].name} this could be a start:\n\n{_start(files[0])}"
        )
    path = Path(mapping)
    if path.is_file():
        return path.read_text(encoding="utf-8")
    return shipped_text(mapping)


def _start(file: InputFile) -> str:
    with tempfile.TemporaryDirectory(prefix="aftercart-look-") as folder:
        opened = open_file(file, Path(folder))
        return as_toml(guess(opened.headings, first_rows(opened)), "my-shop")


def _options(options: dict[str, Any]) -> Options:
    if options["currency"]:
        exponent(options["currency"])
    return Options(
        encoding=options["encoding"],
        delimiter=options["delimiter"].replace("\\t", "\t"),
        currency=options["currency"],
        timezone=timezone(options["timezone"], "--timezone"),
    )


def _bar(*, is_shown: bool) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=Console(file=sys.stderr),
        disable=not is_shown,
    )
