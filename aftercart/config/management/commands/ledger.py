"""``aftercart ledger reconcile``: prove every balance against the entries."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

from django.core.management import CommandError, CommandParser
from django.core.management.base import BaseCommand

from aftercart.kernel.ledger.actions import Difference, reconcile
from aftercart.kernel.ledger.models import Account, AccountKind, Posting


class Command(BaseCommand):
    help = "Prove the ledger: every balance, lot and hold against the entries. Ends with 1 on a difference."

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        proving = verbs.add_parser("reconcile", help=self.help)
        proving.add_argument("--json", action="store_true", help="print the result as JSON")
        proving.add_argument("--fix", action="store_true", help="mend balances that the entries disprove")

    def handle(self, *args: Any, **options: Any) -> None:
        """Reconcile and say so.

        Raises:
            CommandError: (exit code 1) when anything differed, mended or not.
        """
        found = reconcile(fix=options["fix"])
        mended = sum(difference.is_mendable for difference in found) if options["fix"] else 0
        accounts = Account.objects.filter(kind=AccountKind.HOLDER).count()
        postings = Posting.objects.count()
        if options["json"]:
            differences = [dataclasses.asdict(difference) for difference in found]
            report = {"accounts": accounts, "postings": postings, "differences": differences, "fixed": mended}
            self.stdout.write(json.dumps(report))
        else:
            self._tell(found, accounts, postings)
        if found:
            tail = f", {mended} mended" if mended else ""
            raise CommandError(f"{_number(len(found), 'difference')}{tail}.", returncode=1)

    def _tell(self, found: list[Difference], accounts: int, postings: int) -> None:
        for difference in found:
            self.stdout.write(str(difference))
        if not found:
            counted = f"{_number(accounts, 'account')}, {_number(postings, 'posting')}"
            self.stdout.write(f"{counted}: every balance is proven by its entries.")


def _number(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"
