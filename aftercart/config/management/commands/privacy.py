"""``aftercart privacy export|erase|tables``: a copy of one person's data, forgetting them, what is kept."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management import CommandError, CommandParser
from django.core.management.base import BaseCommand

from aftercart.customers.models import Customer
from aftercart.kernel.privacy.erasing import ErasureHinderedError, ErasureReport, erase_person
from aftercart.kernel.privacy.exporting import export_person
from aftercart.kernel.privacy.registry import registry


class Command(BaseCommand):
    help = "Export or erase what is known of one customer, or show what each table keeps and for how long."

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        exporting = verbs.add_parser("export", help="write a zip with everything known of one customer")
        exporting.add_argument(
            "--out", type=Path, help="the file to write; a new name in this folder if absent"
        )
        erasing = verbs.add_parser("erase", help="forget one customer in every app")
        erasing.add_argument("--dry-run", action="store_true", help="say what would be done, and do nothing")
        erasing.add_argument("--force", action="store_true", help="even when something is still under way")
        erasing.add_argument("--json", action="store_true", help="print the report as JSON")
        for verb in (exporting, erasing):
            verb.add_argument("--customer", type=int, required=True, help="the customer's number")
        tables = verbs.add_parser("tables", help="what each table keeps, for how long and why")
        tables.add_argument("--json", action="store_true", help="print it as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do what the verb says.

        Raises:
            CommandError: (exit code 1) when there is no such customer, or an erasure is hindered.
        """
        if options["verb"] == "tables":
            self._show_tables(as_json=options["json"])
            return
        if not Customer.objects.filter(pk=options["customer"]).exists():
            raise CommandError(f"There is no customer {options['customer']}.")
        if options["verb"] == "export":
            self._export(options["customer"], options["out"])
        else:
            self._erase(options)

    def _export(self, customer_id: int, out: Path | None) -> None:
        made = export_person(customer_id, actor="system")
        target = out or Path(made.filename)
        target.write_bytes(made.content)
        target.chmod(0o600)
        self.stdout.write(f"{target}: {len(made.files)} files. Give it to nobody but the customer.")

    def _erase(self, options: dict[str, Any]) -> None:
        try:
            report = erase_person(
                options["customer"],
                actor="system",
                is_dry_run=options["dry_run"],
                is_forced=options["force"],
            )
        except ErasureHinderedError as error:
            raise CommandError(f"{error} Nothing was erased; --force erases anyway.") from error
        if options["json"]:
            self.stdout.write(json.dumps(_as_mapping(report)))
        else:
            self._tell(report)

    def _tell(self, report: ErasureReport) -> None:
        for outcome in report.outcomes:
            table = outcome.table
            self.stdout.write(f"{outcome.rows:>8}  {table.model}  {table.treatment.value}")
        for reason in report.hindrances:
            self.stdout.write(f"Still under way: {reason}")
        verb = "would be" if report.is_dry_run else "were"
        self.stdout.write(f"Customer {report.customer_id}: {report.rows} rows {verb} erased.")

    def _show_tables(self, *, as_json: bool) -> None:
        rows = [
            {
                "table": table.model,
                "treatment": table.treatment.value,
                "retention": table.retention,
                "reason": table.reason,
            }
            for declared in registry.values()
            for table in declared.tables
        ]
        if as_json:
            self.stdout.write(json.dumps(rows))
            return
        for row in rows:
            tail = f" ({row['reason']})" if row["reason"] else ""
            self.stdout.write(f"{row['table']:<24} {row['treatment']:<14} {row['retention']}{tail}")


def _as_mapping(report: ErasureReport) -> dict[str, Any]:
    return {
        "customer": report.customer_id,
        "dry_run": report.is_dry_run,
        "rows": report.rows,
        "tables": {outcome.table.model: outcome.rows for outcome in report.outcomes},
        "hindrances": list(report.hindrances),
    }
