"""Collects what shoppers read from templates and code, and keeps the five languages complete.

``python -m tools.messages`` updates the ``.po`` files and writes the ``.mo`` files; ``--check`` changes
nothing and fails when something is untranslated, uncertain, out of date or loses a placeholder. It needs no
gettext programs: Django turns templates into code, Babel reads and writes the catalogues.
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterator
from copy import deepcopy
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

PACKAGE = Path(__file__).resolve().parent.parent / "aftercart"
LOCALES = PACKAGE / "locale"
LANGUAGES = ("en", "pl", "ja", "ru", "th")
SOURCE_LANGUAGE = "en"
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "gettext_lazy": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
HEADER = "# Aftercart, under the licence of the project. Written by tools/messages.py."
UNDATED = datetime(2026, 1, 1, tzinfo=UTC)
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")
Found = tuple[str, int, str | tuple[str, ...], str | None]


def extract() -> Catalog:
    """Every message of the project, with the places it is used at."""
    catalog = Catalog(project="Aftercart", charset="utf-8", fuzzy=False)
    for where, line, message, context in sorted(_all_found(), key=lambda found: found[:2]):
        flags = ["python-format"] if PLACEHOLDER.search("".join(message)) else []
        catalog.add(message, locations=[(where, line)], context=context, flags=flags)
    return catalog


def update(template: Catalog) -> None:
    """Bring every language's files up to date; what is new stands there untranslated."""
    for language in LANGUAGES:
        path = _folder(language) / "django.po"
        path.parent.mkdir(parents=True, exist_ok=True)
        catalog = (
            _read(language)
            if path.exists()
            else Catalog(locale=language, project="Aftercart", fuzzy=False, header_comment=HEADER)
        )
        catalog.update(deepcopy(template), no_fuzzy_matching=True)
        catalog.obsolete.clear()
        catalog.creation_date = catalog.revision_date = UNDATED
        if language == SOURCE_LANGUAGE:
            _speak_source(catalog)
        path.write_bytes(_as_po(catalog))
        (_folder(language) / "django.mo").write_bytes(_as_mo(catalog))


def problems(template: Catalog) -> Iterator[str]:
    """Every gap, as ``language: sentence``."""
    wanted = {_key(message) for message in template if message.id}
    for language in LANGUAGES:
        catalog = _read(language)
        here = {_key(message): message for message in catalog if message.id}
        yield from (f"{language}: {key[0]!r} is new; run make messages" for key in wanted - here.keys())
        yield from (f"{language}: {key[0]!r} is used no more" for key in here.keys() - wanted)
        for message in here.values():
            yield from (f"{language}: {message.id!r} {what}" for what in _gaps(message, catalog))
        compiled = _folder(language) / "django.mo"
        if not compiled.exists() or compiled.read_bytes() != _as_mo(catalog):
            yield f"{language}: django.mo is not what django.po says; run make messages"


def main(arguments: list[str]) -> int:
    """Update the files, or with ``--check`` only look; exit code 1 when something is missing."""
    template = extract()
    if "--check" not in arguments:
        update(template)
    found = list(problems(template))
    for problem in found:
        sys.stdout.write(problem + "\n")
    sys.stdout.write(f"{len(template)} messages, {len(LANGUAGES)} languages, {len(found)} to do\n")
    return 1 if found else 0


def _all_found() -> Iterator[Found]:
    for path in [*PACKAGE.rglob("*.py"), *PACKAGE.rglob("templates/**/*.html")]:
        if {"tests", "migrations"} & set(path.parts):
            continue
        where = path.relative_to(PACKAGE.parent).as_posix()
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".html":
            text = re.sub(r"^[ \t]+", "", templatize(text, origin=where), flags=re.MULTILINE)
        if "gettext" in text or "_(" in text:
            yield from _found(where, text)


def _found(where: str, code: str) -> Iterator[Found]:
    for line, function, messages, _comments in extract_python(io.BytesIO(code.encode()), KEYWORDS, [], {}):
        parts = _texts(messages)
        marks = KEYWORDS.get(str(function)) or (1,)
        context = next((parts[mark[0] - 1] for mark in marks if isinstance(mark, tuple)), None)
        ids = tuple(parts[mark - 1] for mark in marks if isinstance(mark, int) and parts[mark - 1])
        if ids:
            yield where, line, ids if len(ids) > 1 else ids[0], context


def _gaps(message: Message, catalog: Catalog) -> Iterator[str]:
    texts = _texts(message.string)
    if not all(texts):
        yield "has no translation"
        return
    if message.fuzzy:
        yield "is uncertain"
    if message.pluralizable and len(texts) != catalog.num_plurals:
        yield f"needs {catalog.num_plurals} plural forms"
    names = set(PLACEHOLDER.findall(" ".join(_texts(message.id))))
    for index, text in enumerate(texts):
        extra = set(PLACEHOLDER.findall(text)) ^ names
        may_leave_out = index == 0 and len(texts) > 1
        if extra and not (may_leave_out and extra <= names):
            yield f"differs in {', '.join(sorted(extra))}"


def _speak_source(catalog: Catalog) -> None:
    for message in catalog:
        if message.id and not all(_texts(message.string)):
            message.string = message.id


def _key(message: Message) -> tuple[str, str | None]:
    return _texts(message.id)[0], message.context


def _texts(forms: object) -> tuple[str, ...]:
    """A message's singular and plural, or its only form, as a tuple."""
    return tuple(map(str, forms)) if isinstance(forms, tuple | list) else (str(forms or ""),)


def _folder(language: str) -> Path:
    return LOCALES / language / "LC_MESSAGES"


def _read(language: str) -> Catalog:
    with (_folder(language) / "django.po").open("rb") as file:
        return read_po(file, locale=language)


def _as_po(catalog: Catalog) -> bytes:
    buffer = io.BytesIO()
    write_po(buffer, catalog, width=100, include_lineno=False)
    return buffer.getvalue()


def _as_mo(catalog: Catalog) -> bytes:
    buffer = io.BytesIO()
    write_mo(buffer, catalog)
    return buffer.getvalue()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
