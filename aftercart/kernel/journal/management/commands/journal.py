"""``aftercart journal``: how the listeners stand, dead letters, replay."""

from __future__ import annotations

import json
from argparse import SUPPRESS, ArgumentParser
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from aftercart.kernel.journal import actions
from aftercart.kernel.journal.models import DeadLetter
from aftercart.kernel.journal.standing import JournalStatus, Standing, journal_status

ACTOR = "system"


class Command(BaseCommand):
    help = "Shows how far the journal's listeners are, and retries or replays what they hear."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print JSON")
        todo = parser.add_subparsers(dest="todo", required=True)
        todo.add_parser("status", help="every listener: heard, waiting, lag, dead letters")
        todo.add_parser("dead", help="the open dead letters")
        replay = todo.add_parser("replay", help="let one listener hear everything again from a date")
        replay.add_argument("listener")
        replay.add_argument(
            "--from", dest="since", required=True, help="2026-03-01 or 2026-03-01T12:00+01:00"
        )
        retry = todo.add_parser("retry", help="try dead letters again now")
        retry.add_argument("which", help="the id of a dead letter, or all")
        for command in todo.choices.values():
            command.add_argument("--json", action="store_true", default=SUPPRESS, help="print JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        lines, data = {
            "status": _status,
            "dead": _dead,
            "replay": _replay,
            "retry": _retry,
        }[options["todo"]](options)
        self.stdout.write(json.dumps(data, indent=2) if options["json"] else "\n".join(lines))


Told = tuple[list[str], Any]


def _status(options: dict[str, Any]) -> Told:  # noqa: ARG001 - one shape for all
    status = journal_status()
    return [_line(standing) for standing in status.standings] + _held_back(status), {
        "horizon_age_seconds": status.horizon_age.total_seconds(),
        "listeners": [_row(standing) for standing in status.standings],
    }


def _row(standing: Standing) -> dict[str, Any]:
    return {
        "listener": standing.listener,
        "is_declared": standing.is_declared,
        "heard": standing.heard,
        "waiting": standing.waiting,
        "waiting_is_capped": standing.is_capped,
        "lag_seconds": round(standing.lag.total_seconds(), 3),
        "dead_letters": standing.dead_letters,
        "advanced_at": standing.advanced_at.isoformat(),
    }


def _line(standing: Standing) -> str:
    more = "+" if standing.is_capped else ""
    state = f"{standing.waiting}{more} waiting, {standing.lag.total_seconds():.0f} s behind"
    dead = f", {standing.dead_letters} dead letters" if standing.dead_letters else ""
    gone = "" if standing.is_declared else " (no longer in the code)"
    return f"{standing.listener:<44} {standing.heard:>10} heard, {state}{dead}{gone}"


def _held_back(status: JournalStatus) -> list[str]:
    seconds = status.horizon_age.total_seconds()
    return [f"the oldest open transaction holds entries back since {seconds:.1f} s"] if seconds else []


def _dead(options: dict[str, Any]) -> Told:  # noqa: ARG001 - one shape for all
    letters = list(DeadLetter.objects.open().select_related("entry")[:1000])
    lines = [
        f"#{letter.pk} {letter.listener}: entry {letter.entry_id} ({letter.entry}), "
        f"{letter.attempts} tries, {letter.error}"
        for letter in letters
    ]
    data = [
        {
            "id": letter.pk,
            "listener": letter.listener,
            "entry": letter.entry_id,
            "event": letter.entry.name,
            "attempts": letter.attempts,
            "error": letter.error,
            "next_try_at": letter.next_try_at.isoformat() if letter.next_try_at else None,
        }
        for letter in letters
    ]
    return lines or ["no dead letters"], data


def _replay(options: dict[str, Any]) -> Told:
    try:
        waiting = actions.replay(listener=options["listener"], since=_moment(options["since"]), actor=ACTOR)
    except LookupError as error:
        raise CommandError(f"{error}; see: aftercart journal status") from error
    return [f"{waiting} entries wait for {options['listener']}"], {"waiting": waiting}


def _retry(options: dict[str, Any]) -> Told:
    which = options["which"]
    if which != "all" and not which.isdigit():
        raise CommandError(f"{which} is neither the id of a dead letter nor all")
    count = actions.retry_letters(ids=None if which == "all" else [int(which)], actor=ACTOR)
    if which != "all" and not count:
        raise CommandError(f"there is no open dead letter {which}")
    return [f"{count} dead letters will be tried again"], {"retried": count}


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise CommandError(f"{text} is not a date: write 2026-03-01 or 2026-03-01T12:00+01:00") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
