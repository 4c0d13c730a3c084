"""The words of a message: per language, kept apart from its structure, complete in every language.

A template says ``[[ greeting ]]``; the words say ``greeting = "Thank you, {{ name }}!"``. Words that depend
on a number are a table with the plural forms of the language (CLDR):
``{ count = "pieces", one = "...", other = "..." }``.
"""

from __future__ import annotations

import html
import re
import tomllib
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

from babel import Locale

from aftercart.messaging.messages import DEFAULT_LANGUAGE, LANGUAGES, MessageKind, mail_folder

_PLACE = re.compile(r"\[\[ ([a-z_]+) \]\]")
LIQUID = re.compile(r"({{.*?}}|{%.*?%})", re.DOTALL)
_COUNT = "count"
SMS = "sms"

Words = Mapping[str, str | Mapping[str, str]]


class WordingError(ValueError):
    """The words are not complete or not well formed. The message says where."""


def fill(template: str, words: Mapping[str, str]) -> str:
    """The template with its places filled.

    Raises:
        WordingError: when a place has no words.
    """

    def word(match: re.Match[str]) -> str:
        if match[1] not in words:
            raise WordingError(f"no words for [[ {match[1]} ]]")
        return words[match[1]]

    return _PLACE.sub(word, template)


def words_for(
    kind: MessageKind, language: str, *, is_html: bool, edited: Words | None = None
) -> dict[str, str]:
    """The kind's words and those of the layout in a language, as Liquid; escaped for HTML where asked.

    ``edited`` words stand in place of the shipped ones of the same name; names the shipped words lack are left out.
    """
    shipped = all_words(kind, language)
    merged = {**shipped, **{key: value for key, value in (edited or {}).items() if key in shipped}}
    escape = _escape if is_html else str
    words = {key: _as_liquid(value, language, escape) for key, value in merged.items()}
    return {**words, "lang": language}


def all_words(kind: MessageKind, language: str) -> dict[str, str | Mapping[str, str]]:
    """The shipped words of the layout, of the structure that kinds share, and of the kind; the last one counts."""
    layout = load(mail_folder("messaging") / "layout.toml")[language]
    shared = load(mail_folder(kind.app) / f"{kind.structure}.toml")[language] if kind.structure else {}
    return {**layout, **shared, **own_words(kind, language)}


def own_words(kind: MessageKind, language: str) -> Words:
    """The shipped words of the kind alone."""
    return load(kind.file("toml"))[language]


def has_text(kind: MessageKind) -> bool:
    """Whether the kind has words for a text message."""
    return SMS in own_words(kind, DEFAULT_LANGUAGE)


@cache
def load(path: Path) -> dict[str, Words]:
    """The words of a file per language.

    Raises:
        WordingError: when a language lacks a word or a plural form, or has one too many.
    """
    found: dict[str, Words] = tomllib.loads(path.read_text(encoding="utf-8"))
    if set(found) != set(LANGUAGES):
        raise WordingError(f"{path.name} must have exactly the languages {', '.join(LANGUAGES)}")
    expected = found[LANGUAGES[0]].keys()
    for language, words in found.items():
        if words.keys() != expected:
            raise WordingError(f"{path.name} [{language}]: differs in {sorted(words.keys() ^ expected)}")
        for key, value in words.items():
            if not isinstance(value, str):
                _check_plural(f"{path.name} [{language}] {key}", value, language)
    return found


def _check_plural(where: str, forms: Mapping[str, str], language: str) -> None:
    needed = {_COUNT, "other", *Locale.parse(language).plural_form.tags}
    if set(forms) != needed:
        raise WordingError(f"{where} must have exactly {sorted(needed)}")


def _as_liquid(value: str | Mapping[str, str], language: str, escape: Callable[[str], str]) -> str:
    if isinstance(value, str):
        return escape(value)
    branches = "".join(
        f"{{% when '{form}' %}}{escape(value[form])}" for form in Locale.parse(language).plural_form.tags
    )
    return (
        f"{{% assign plural_form = {value[_COUNT]} | plural_form %}}{{% case plural_form %}}"
        f"{branches}{{% else %}}{escape(value['other'])}{{% endcase %}}"
    )


def _escape(text: str) -> str:
    """The text for HTML, its Liquid left alone."""
    parts = LIQUID.split(text)
    return "".join(part if index % 2 else html.escape(part) for index, part in enumerate(parts))
