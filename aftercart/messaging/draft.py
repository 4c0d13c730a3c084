"""A message as somebody edits it: from a form to edits, and what is wrong with them, in words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from liquid.exceptions import LiquidError

from aftercart.messaging.editions import Edits, edits, in_force
from aftercart.messaging.letterhead import Letterhead
from aftercart.messaging.liquid_env import guarded
from aftercart.messaging.messages import Context, MessageKind, mail_folder
from aftercart.messaging.render import compile_edits, variables_of
from aftercart.messaging.structure import TemplateError, inspect
from aftercart.messaging.wording import WordingError, load, own_words

LONGEST_WORD = 4_000
FIRST = ("mail_subject", "mail_preheader", "heading", "intro", "next", "button", "sms")
_UNDEFINED = re.compile(r"'([^']+)' is undefined")


@dataclass(frozen=True, kw_only=True)
class Problem:
    """What is wrong with a draft. ``field`` is the form's field, empty when it cannot be told; ``line`` 0 likewise."""

    field: str
    line: int
    sentence: str

    def __str__(self) -> str:
        return f"Line {self.line}: {self.sentence}" if self.line > 1 else self.sentence


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A draft as it would be read."""

    subject: str
    preheader: str
    html: str
    text: str
    sms: str


def base_words(kind: MessageKind, language: str, channel_id: int) -> dict[str, str]:
    """The words a draft starts from, one per field (``heading.one``): shipped, for a channel those of all channels."""
    shared = load(mail_folder(kind.app) / f"{kind.structure}.toml")[language] if kind.structure else {}
    words: dict[str, Any] = {**shared, **own_words(kind, language)}
    if channel_id:
        words.update(edits(in_force([kind.name]).of(kind.name, 0, language)).words)
    return _in_order(_flat(words))


def current_words(kind: MessageKind, language: str, channel_id: int) -> dict[str, str]:
    """The words in force, one per field."""
    known = edits(in_force([kind.name]).of(kind.name, channel_id, language)).words
    return {**base_words(kind, language, channel_id), **_flat(known)}


def base_structure(kind: MessageKind, channel_id: int) -> dict[str, str]:
    """The structure a draft starts from: ``mjml`` and ``txt``."""
    known = edits(in_force([kind.name]).of(kind.name, 0, "")) if channel_id else Edits()
    return {suffix: getattr(known, suffix) or _shipped(kind, suffix) for suffix in ("mjml", "txt")}


def current_structure(kind: MessageKind, channel_id: int) -> dict[str, str]:
    """The structure in force."""
    known = edits(in_force([kind.name]).of(kind.name, channel_id, ""))
    return {suffix: getattr(known, suffix) or _shipped(kind, suffix) for suffix in ("mjml", "txt")}


def _shipped(kind: MessageKind, suffix: str) -> str:
    return kind.file(suffix).read_text(encoding="utf-8")


def changed_words(
    kind: MessageKind, language: str, channel_id: int, values: Mapping[str, str]
) -> dict[str, Any]:
    """Of a form's words, those that differ from what it started from; plural words whole."""
    base = base_words(kind, language, channel_id)
    plain = {key: _lines(value) for key, value in values.items() if key in base}
    touched = {key.partition(".")[0] for key, value in plain.items() if value != _lines(base[key])}
    shared = load(mail_folder(kind.app) / f"{kind.structure}.toml")[language] if kind.structure else {}
    shipped: Mapping[str, Any] = {**shared, **own_words(kind, language)}
    found: dict[str, Any] = {}
    for name in sorted(touched):
        if isinstance(shipped[name], str):
            found[name] = plain[name]
        else:
            forms = {
                key.partition(".")[2]: value for key, value in plain.items() if key.startswith(f"{name}.")
            }
            found[name] = {**shipped[name], **forms}
    return found


def changed_structure(kind: MessageKind, channel_id: int, values: Mapping[str, str]) -> dict[str, str]:
    """Of a form's structure, the parts that differ from what it started from."""
    base = base_structure(kind, channel_id)
    return {
        suffix: _lines(values[suffix])
        for suffix in ("mjml", "txt")
        if values.get(suffix, "").strip() and _lines(values[suffix]).strip() != base[suffix].strip()
    }


def show(kind: MessageKind, language: str, edited: Edits, context: Context, head: Letterhead) -> Shown:
    """The draft with a context, compiled anew.

    Raises:
        TemplateError, WordingError, LiquidError: see :func:`problems`, which says it in words.
    """
    compiled = compile_edits(kind, language, edited)
    variables = {**variables_of(kind, language, context, head), "words": compiled.words}
    return Shown(
        subject=compiled.subject.render(variables),
        preheader=compiled.preheader.render(variables),
        html=compiled.html.render(variables),
        text=compiled.text.render(variables).strip() + "\n",
        sms=" ".join(compiled.sms.render(variables).split()) if compiled.sms else "",
    )


def problems(
    kind: MessageKind, language: str, edited: Edits, context: Context, head: Letterhead
) -> list[Problem]:
    """Everything wrong with a draft, field by field; nothing when it can be sent."""
    found = [
        problem for field, text in _flat(edited.words).items() for problem in _of_word(language, field, text)
    ]
    if edited.mjml:
        found += _of_mjml(language, edited.mjml)
    if edited.txt:
        found += _of_liquid(language, "txt", edited.txt)
    if found:
        return found
    try:
        show(kind, language, edited, context, head)
    except (LiquidError, TemplateError, WordingError) as error:
        return [_placed(edited, _sentence(error))]
    except Exception as error:  # a template may do anything: whatever it was, it cannot be sent
        return [_placed(edited, f"It cannot be filled in: {type(error).__name__}.")]
    return []


def _of_word(language: str, field: str, text: str) -> list[Problem]:
    if not text.strip():
        return [Problem(field=field, line=0, sentence="This cannot be empty.")]
    if len(text) > LONGEST_WORD:
        return [Problem(field=field, line=0, sentence=f"At most {LONGEST_WORD} letters.")]
    return _of_liquid(language, field, text)


def _of_mjml(language: str, mjml: str) -> list[Problem]:
    try:
        inspect(mjml)
    except TemplateError as error:
        return [Problem(field="mjml", line=error.line, sentence=str(error))]
    return _of_liquid(language, "mjml", mjml)


def _of_liquid(language: str, field: str, text: str) -> list[Problem]:
    try:
        guarded(language, is_html=False).from_string(text)
    except LiquidError as error:
        token = error.token
        line = text.count("\n", 0, token.start_index) + 1 if token and token.start_index >= 0 else 0
        return [Problem(field=field, line=line, sentence=_sentence(error))]
    except RecursionError:
        return [Problem(field=field, line=0, sentence="It is nested too deeply.")]
    return []


def _placed(edited: Edits, sentence: str) -> Problem:
    """The problem at the field that holds the name it complains of, when one does."""
    match = _UNDEFINED.search(sentence)
    texts = {**_flat(edited.words), "mjml": edited.mjml, "txt": edited.txt}
    if match:
        for field, text in texts.items():
            position = text.find(match[1])
            if position >= 0:
                line = text.count("\n", 0, position) + 1
                return Problem(field=field, line=line, sentence=f"There is no variable called {match[1]}.")
    return Problem(field="", line=0, sentence=sentence)


def _sentence(error: Exception) -> str:
    message = error.message if isinstance(error, LiquidError) else str(error)
    text = str(message or error).strip()
    return text[:1].upper() + text[1:300] + ("" if text.endswith(".") else ".")


def _flat(words: Mapping[str, Any]) -> dict[str, str]:
    flat: dict[str, str] = {}
    for key, value in words.items():
        if isinstance(value, str):
            flat[key] = value
        else:
            flat.update({f"{key}.{form}": text for form, text in value.items() if form != "count"})
    return flat


def _in_order(words: dict[str, str]) -> dict[str, str]:
    """Subject and heading first, the rest as it stands in the file."""
    rank = {name: number for number, name in enumerate(FIRST)}
    return dict(sorted(words.items(), key=lambda pair: rank.get(pair[0].partition(".")[0], len(FIRST))))


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\0", "")
