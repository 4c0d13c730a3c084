"""``aftercart mail preview KIND``: look at a message before anybody gets it."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from aftercart.messaging.letterhead import letterhead, letterheads
from aftercart.messaging.messages import LANGUAGES, registry
from aftercart.messaging.render import render
from aftercart.stores.models import Channel, Merchant


class Command(BaseCommand):
    help = "Renders messages with their sample data."

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True, parser_class=ArgumentParser)
        verbs.add_parser("kinds", help="list the kinds of messages")
        preview = verbs.add_parser("preview", help="write .html and .txt files")
        preview.add_argument("kind", help="a kind, or 'all'")
        preview.add_argument("--language", choices=[*LANGUAGES, "all"], default="en")
        preview.add_argument(
            "--channel", default="", help="slug of the channel whose sender and colours to use"
        )
        preview.add_argument("--out", type=Path, default=Path("mail-preview"), help="folder to write to")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["verb"] == "kinds":
            for kind in registry.values():
                self.stdout.write(f"{kind.name:<24} {kind.purpose:<14} {kind.label}")
            return
        kinds = list(registry) if options["kind"] == "all" else [options["kind"]]
        if unknown := [name for name in kinds if name not in registry]:
            raise CommandError(f"there is no message {unknown[0]}; there are: {', '.join(registry)}")
        languages = LANGUAGES if options["language"] == "all" else (options["language"],)
        for name in kinds:
            for language in languages:
                self._write(name, language, options["channel"], options["out"])

    def _write(self, name: str, language: str, slug: str, out: Path) -> None:
        kind = registry[name]
        head = letterheads(())[None]
        if slug:
            channel = Channel.objects.filter(slug=slug).first()
            if channel is None:
                raise CommandError(f"there is no channel {slug}")
            head = letterhead(Merchant.objects.first() or Merchant(name=""), channel)
        rendered = render(kind, language, kind.sample(language), head)
        out.mkdir(parents=True, exist_ok=True)
        (out / f"{name}.{language}.html").write_text(rendered.html, encoding="utf-8")
        (out / f"{name}.{language}.txt").write_text(
            f"{rendered.subject}\n\n{rendered.text}", encoding="utf-8"
        )
        self.stdout.write(f"{out / name}.{language}.html  {rendered.subject}")
