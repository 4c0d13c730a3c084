"""``aftercart outbox status|retry``: what waits, what failed, and trying it again."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from aftercart.kernel import clock
from aftercart.kernel.outbox.actions import RETRIABLE, StateError, retry, retry_all
from aftercart.kernel.outbox.models import Effect

ACTOR = "system"


class Command(BaseCommand):
    help = "Shows the outbox, and tries failed effects again."

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True, parser_class=ArgumentParser)
        status = verbs.add_parser(
            "status", help="how many effects are in each state, and the newest troubles"
        )
        status.add_argument("--json", action="store_true", help="print JSON")
        again = verbs.add_parser("retry", help="make effects due now")
        again.add_argument("ids", nargs="*", type=int, help="ids of effects; without any, all in --state")
        again.add_argument("--kind", default="", help="only effects of this kind")
        again.add_argument("--state", choices=[str(state) for state in RETRIABLE], default="dead")
        again.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["verb"] == "status":
            self._status(as_json=options["json"])
        else:
            self._retry(options)

    def _status(self, *, as_json: bool) -> None:
        now = clock.now()
        oldest = Effect.objects.due(now).first()
        counts = Effect.objects.counts()
        troubles = list(Effect.objects.troubled().order_by("-id")[:20])
        if as_json:
            found = {
                "states": counts,
                "oldest_due_seconds": round((now - oldest.next_try_at).total_seconds()) if oldest else None,
                "troubles": [
                    {"id": e.pk, "kind": e.kind, "key": e.key, "state": e.state, "error": e.last_error}
                    for e in troubles
                ],
            }
            self.stdout.write(json.dumps(found, ensure_ascii=False))
            return
        for state, count in counts.items():
            self.stdout.write(f"{Effect.State(state).label:<28} {count:>9,}")
        for effect in troubles:
            self.stdout.write(f"{effect.pk:>9}  {effect.state:<8} {effect.key}  {effect.last_error}")

    def _retry(self, options: dict[str, Any]) -> None:
        if options["ids"]:
            count = len(options["ids"])
            for effect_id in options["ids"]:
                try:
                    retry(effect_id=effect_id, actor=ACTOR)
                except (StateError, Effect.DoesNotExist) as error:
                    raise CommandError(str(error)) from error
        else:
            count = retry_all(kind=options["kind"], states=(options["state"],), actor=ACTOR)
        self.stdout.write(json.dumps({"retried": count}) if options["json"] else f"{count} due now")
