"""``aftercart doctor``: what is wrong with this deployment, and what to do about it."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand

from aftercart.config.doctor import examine

MARKS = {"ok": "ok     ", "warning": "warning", "problem": "PROBLEM"}


class Command(BaseCommand):
    help = "Check configuration, database, worker, mail, clock and disk; say what to do."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="machine-readable")

    def handle(self, **options: Any) -> None:
        findings = examine()
        if options["json"]:
            self.stdout.write(json.dumps([asdict(finding) for finding in findings], indent=2))
        else:
            for finding in findings:
                self.stdout.write(f"{MARKS[finding.level]}  {finding.what:<14} {finding.sentence}")
        if any(finding.level == "problem" for finding in findings):
            sys.exit(1)
