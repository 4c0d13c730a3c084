"""From a kind, a language and a context to subject, HTML and text."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from liquid.template import BoundTemplate

from aftercart.kernel.outbox.mail.email import clean_line
from aftercart.messaging.editions import Edits, Versions, edits
from aftercart.messaging.letterhead import Letterhead, letterheads
from aftercart.messaging.liquid_env import environment, guarded
from aftercart.messaging.messages import Context, MessageKind, registry, speakable
from aftercart.messaging.structure import TemplateError, in_layout, to_html
from aftercart.messaging.wording import LIQUID, SMS, fill, words_for

__all__ = [
    "Rendered",
    "TemplateError",
    "compile_edits",
    "compile_kind",
    "render",
    "render_message",
    "render_sms",
]

log = logging.getLogger(__name__)
KEPT = 500


@dataclass(frozen=True, kw_only=True)
class Rendered:
    """A message as it is read. ``failure`` says why an edited text was not used, when one was to be."""

    subject: str
    html: str
    text: str
    failure: str = ""


@dataclass(frozen=True, kw_only=True)
class Compiled:
    """A kind's templates in a language, ready to be filled."""

    words: dict[str, str]
    subject: BoundTemplate
    preheader: BoundTemplate
    html: BoundTemplate
    text: BoundTemplate
    sms: BoundTemplate | None


def render_message(
    kind: str, language: str, context: Context, letterhead: Letterhead | None = None
) -> Rendered:
    """The shipped message in a language (English, when it is not one of ours); without letterhead the merchant's.

    Raises:
        KeyError: when there is no such kind.
        ContextError: when a variable is missing or unknown.
    """
    return render(registry[kind], speakable(language), context, letterhead or letterheads(())[None])


def render(
    kind: MessageKind,
    language: str,
    context: Context,
    letterhead: Letterhead,
    *,
    unsubscribe_url: str = "",
    versions: Versions = (),
) -> Rendered:
    """The message in one of our languages, in the words of ``versions`` where a merchant edited it.

    An edited text that fails is no reason not to write: the shipped one takes its place, and ``failure`` tells.
    """
    variables = variables_of(kind, language, context, letterhead, unsubscribe_url=unsubscribe_url)
    failure = ""
    if versions:
        try:
            return _filled(compile_versions(kind.name, language, versions), variables)
        except Exception as error:  # whatever a merchant's template does, the message leaves
            log.warning("the edited %s (%s) fails: %s", kind.name, language, error)
            failure = f"{type(error).__name__}: {error}"[:500]
    return _filled(compile_kind(kind.name, language), variables, failure=failure)


def render_sms(
    kind: MessageKind, language: str, context: Context, letterhead: Letterhead, *, versions: Versions = ()
) -> tuple[str, str]:
    """The text message and, when the edited one failed, why the shipped one was used."""
    variables = variables_of(kind, language, context, letterhead)
    failure = ""
    if versions:
        try:
            return _sms(compile_versions(kind.name, language, versions), variables), ""
        except Exception as error:  # as above
            log.warning("the edited text %s (%s) fails: %s", kind.name, language, error)
            failure = f"{type(error).__name__}: {error}"[:500]
    return _sms(compile_kind(kind.name, language), variables), failure


def variables_of(
    kind: MessageKind, language: str, context: Context, letterhead: Letterhead, *, unsubscribe_url: str = ""
) -> dict[str, Any]:
    """Everything a template of the kind may use but its own words.

    Raises:
        ContextError: when a variable is missing or unknown.
    """
    kind.check(context)
    return {
        **{key: _cleaned(value, keep_lines=key in kind.multiline) for key, value in context.items()},
        **letterhead.variables(language),
        "unsubscribe_url": unsubscribe_url,
    }


@cache
def compile_kind(name: str, language: str) -> Compiled:
    """A kind's shipped templates in a language: words put in, MJML made HTML, Liquid parsed.

    Everything slow happens here, once per process; what differs between channels is filled in later.

    Raises:
        TemplateError: when the MJML is not well formed.
    """
    return compile_edits(registry[name], language, None)


@lru_cache(maxsize=KEPT)
def compile_versions(name: str, language: str, versions: Versions) -> Compiled:
    """The same with what a merchant edited. A version never changes, so what is kept is right in every process."""
    return compile_edits(registry[name], language, edits(versions))


def compile_edits(kind: MessageKind, language: str, edited: Edits | None) -> Compiled:
    """The templates of a kind, with edits in place of shipped words and structure.

    Raises:
        TemplateError: when the MJML is not well formed.
        WordingError: when the structure has a place without words.
        LiquidError: when a template does not parse.
    """
    words = edited.words if edited else None
    plain = words_for(kind, language, is_html=False, edited=words)
    rich = words_for(kind, language, is_html=True, edited=words)
    choose = guarded if edited else environment
    text_env, html_env = choose(language, is_html=False), choose(language, is_html=True)
    mjml = fill(in_layout(kind, "mjml", edited.mjml if edited else ""), rich)
    return Compiled(
        words={key: word for key, word in plain.items() if not LIQUID.search(word)},
        subject=text_env.from_string(plain["mail_subject"]),
        preheader=text_env.from_string(plain["mail_preheader"]),
        html=html_env.from_string(to_html(mjml, kind.name)),
        text=text_env.from_string(fill(in_layout(kind, "txt", edited.txt if edited else ""), plain)),
        sms=text_env.from_string(fill(plain[SMS], plain)) if SMS in plain else None,
    )


def _filled(compiled: Compiled, variables: dict[str, Any], *, failure: str = "") -> Rendered:
    variables = {**variables, "words": compiled.words}
    return Rendered(
        subject=clean_line(compiled.subject.render(variables)),
        html=compiled.html.render(variables),
        text=compiled.text.render(variables).strip() + "\n",
        failure=failure,
    )


def _sms(compiled: Compiled, variables: dict[str, Any]) -> str:
    if compiled.sms is None:
        return ""
    return " ".join(compiled.sms.render({**variables, "words": compiled.words}).split())


def _cleaned(value: Any, *, keep_lines: bool) -> Any:
    """Texts without control and direction characters; one line each, unless lines may be kept."""
    if isinstance(value, str):
        if keep_lines:
            return "\n".join(clean_line(line) for line in value.splitlines())
        return clean_line(value)
    if isinstance(value, list | tuple):
        return [_cleaned(item, keep_lines=keep_lines) for item in value]
    if isinstance(value, dict):
        return {key: _cleaned(item, keep_lines=keep_lines) for key, item in value.items()}
    return value
