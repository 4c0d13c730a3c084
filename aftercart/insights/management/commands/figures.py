"""``aftercart figures``: every figure with its exact definition, the number, n and the period."""

from __future__ import annotations

import json
import textwrap
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from aftercart.insights.asking import Answer, Row, asker, figure_named, files_of
from aftercart.insights.engines import ENGINES, EngineMissing
from aftercart.insights.export.manifest import Manifest
from aftercart.insights.export.refresh import refresh_export
from aftercart.insights.figures.figure import Figure, Grain, Question, Shape, registry
from aftercart.insights.telling import tell
from aftercart.insights.wording import bucket_words, group_words, period_words, value_words, words_of
from aftercart.stores.models import Channel

WRONG_WORDS = 2


class Command(BaseCommand):
    help = (
        "Bring the export up to date and print the figures, each with its exact definition, the number, n and "
        "the period. Dates are those of the channel; both ends of the period are included."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("names", nargs="*", metavar="NAME", help="which figures (all when none is named)")
        parser.add_argument("--from", dest="since", type=date.fromisoformat, metavar="D", help="2026-01-31")
        parser.add_argument("--to", dest="until", type=date.fromisoformat, metavar="D", help="2026-12-31")
        parser.add_argument("--channel", metavar="C", help="only this channel, by its short name")
        parser.add_argument("--grain", choices=[grain.value for grain in Grain], default="month")
        parser.add_argument("--engine", choices=sorted(ENGINES), default="duckdb")
        parser.add_argument("--json", action="store_true", help="for machines; keys in docs/figures.md")
        parser.add_argument("--full", action="store_true", help="write the whole export anew first")
        parser.add_argument("--list", action="store_true", help="only say which figures there are")

    def handle(self, *, names: Sequence[str], **options: Any) -> None:
        try:
            figures = [figure_named(name) for name in names] or list(registry.values())
        except LookupError as error:
            raise CommandError(error.args[0], returncode=WRONG_WORDS) from error
        if options["list"]:
            self.stdout.write("\n".join(f"{figure.key:32} {figure.title}" for figure in figures))
            return
        question = _question(options)
        manifest = refresh_export(full=options["full"], actor="system")
        answers = _ask(figures, question, manifest, engine=options["engine"])
        if options["json"]:
            told = tell(answers, question=question, channel=options["channel"], manifest=manifest)
            self.stdout.write(json.dumps(told, indent=2, ensure_ascii=False))
        else:
            self.stdout.write("\n".join(_report(answers, question, options["channel"])))


def _question(options: dict[str, Any]) -> Question:
    since, until = options["since"], options["until"]
    if since and until and since > until:
        raise CommandError(f"The period ends ({until}) before it starts ({since}).", returncode=WRONG_WORDS)
    return Question(
        since=since, until=until, channel_id=_channel_id(options["channel"]), grain=Grain(options["grain"])
    )


def _channel_id(slug: str | None) -> int | None:
    if slug is None:
        return None
    channels = dict(Channel.objects.order_by("slug").values_list("slug", "id"))
    if slug not in channels:
        known = ", ".join(channels) or "none yet"
        raise CommandError(f"There is no channel {slug!r}; there are {known}.", returncode=WRONG_WORDS)
    return channels[slug]


def _ask(figures: Sequence[Figure], question: Question, manifest: Manifest, *, engine: str) -> list[Answer]:
    try:
        with asker(files_of(manifest), engine=engine) as opened:
            return [opened.ask(figure, question) for figure in figures]
    except EngineMissing as error:
        raise CommandError(str(error)) from error


def _report(answers: Sequence[Answer], question: Question, channel: str | None) -> Iterator[str]:
    yield f"Period: {period_words(question)}. Channel: {channel or 'all'}."
    for answer in answers:
        yield ""
        yield from _one(answer, question)


def _one(answer: Answer, question: Question) -> Iterator[str]:
    figure = answer.figure
    yield f"{figure.title} ({figure.key})"
    for row in answer.rows:
        yield f"  {_label(figure, row, question):<24}{_values(figure, row):>16}   n = {row['n']:,} {figure.of}"
    if not answer.rows:
        yield "  nothing in the period"
    yield from textwrap.wrap(figure.words, 100, initial_indent="  ", subsequent_indent="  ")


def _values(figure: Figure, row: Row) -> str:
    """The value; with its further columns, each after what it is called."""
    if not figure.columns:
        return value_words(figure, row)
    named = figure.columns.items()
    return ", ".join(f"{name.lower()} {words_of(figure, row[column])}" for column, name in named)


def _label(figure: Figure, row: Any, question: Question) -> str:
    if figure.shape is Shape.HEAT_MAP:
        return f"{row['cohort']:%Y-%m} + {row['step']}"
    if figure.shape is Shape.GROUPS:
        return ", ".join(group_words(figure, row[name]) for name in ("group", "part") if name in row)
    parts = [bucket_words(figure, row["bucket"], question.grain)] if "bucket" in row else []
    return " ".join([*parts, row["currency"]] if figure.in_money else parts)
