"""``aftercart export DIR``: everything a merchant owns, in documented CSV and JSON."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from aftercart.config.export.writing import NotEmpty, write_export

WRONG_WORDS = 2


class Command(BaseCommand):
    help = (
        "Write everything this shop owns into a new folder: each table as JSON Lines (exact) and CSV (for "
        "spreadsheets), the photos people sent, and a manifest with rows, columns and checksums. All of one "
        "moment, while the shop goes on. The format is described in docs/export.md."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", metavar="DIR", type=Path, help="a folder that is new or empty")
        parser.add_argument("--without-files", action="store_true", help="tables only, no photos")
        parser.add_argument("--json", action="store_true", help="print the manifest as JSON")

    def handle(self, *, folder: Path, **options: Any) -> None:
        """Write and tell.

        Raises:
            CommandError: (exit code 2) when the folder is not empty, (1) when the database cannot be read or the
                folder cannot be written.
        """
        is_quiet = options["json"]
        try:
            manifest = write_export(
                folder,
                say=lambda name, rows: None if is_quiet else self.stdout.write(f"{rows:>12,}  {name}"),
                with_files=not options["without_files"],
            )
        except NotEmpty as error:
            raise CommandError(str(error), returncode=WRONG_WORDS) from error
        except DatabaseError as error:
            raise CommandError(f"The database cannot be read: {error}. Try aftercart doctor.") from error
        except OSError as error:
            raise CommandError(f"{folder} cannot be written: {error}.") from error
        if is_quiet:
            self.stdout.write(json.dumps(manifest, ensure_ascii=False, indent=2))
            return
        rows = sum(table["rows"] for table in manifest["tables"])
        self.stdout.write(f"{rows:,} rows of {len(manifest['tables'])} tables are in {folder}. Keep it safe.")
