"""From a kind, a language and a context to subject, HTML and text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

import mrml
from liquid.template import BoundTemplate

from aftercart.kernel.outbox.mail.email import clean_line
from aftercart.messaging.letterhead import Letterhead, letterheads
from aftercart.messaging.liquid_env import environment
from aftercart.messaging.messages import Context, MessageKind, mail_folder, registry, speakable
from aftercart.messaging.wording import LIQUID, fill, words_for

_BODY = "[[ body ]]"
_MARK = "liquid-{}-mark"
_MARKED = re.compile(r"liquid-(\d+)-mark")


class TemplateError(ValueError):
    """A message's MJML is not well formed. The message names the kind."""


@dataclass(frozen=True, kw_only=True)
class Rendered:
    """A message as it is read."""

    subject: str
    html: str
    text: str


@dataclass(frozen=True, kw_only=True)
class _Compiled:
    words: dict[str, str]
    subject: BoundTemplate
    html: BoundTemplate
    text: BoundTemplate


def render_message(
    kind: str, language: str, context: Context, letterhead: Letterhead | None = None
) -> Rendered:
    """The message in a language (English, when it is not one of ours); without letterhead the merchant's own.

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
) -> Rendered:
    """The message in one of our languages; see :func:`render_message`."""
    kind.check(context)
    compiled = compile_kind(kind.name, language)
    variables = {
        **{key: _cleaned(value, keep_lines=key in kind.multiline) for key, value in context.items()},
        **letterhead.variables(language),
        "unsubscribe_url": unsubscribe_url,
        "words": compiled.words,
    }
    return Rendered(
        subject=clean_line(compiled.subject.render(variables)),
        html=compiled.html.render(variables),
        text=compiled.text.render(variables).strip() + "\n",
    )


@cache
def compile_kind(name: str, language: str) -> _Compiled:
    """A kind's templates in a language, ready to be filled: words put in, MJML made HTML, Liquid parsed.

    Everything slow happens here, once per process; what differs between channels is filled in later.

    Raises:
        TemplateError: when the MJML is not well formed.
    """
    kind = registry[name]
    plain = words_for(kind, language, is_html=False)
    text_env, html_env = environment(language, is_html=False), environment(language, is_html=True)
    return _Compiled(
        words={key: word for key, word in plain.items() if not LIQUID.search(word)},
        subject=text_env.from_string(plain["mail_subject"]),
        html=html_env.from_string(_html(kind, language)),
        text=text_env.from_string(fill(_in_layout(kind, "txt"), plain)),
    )


def _html(kind: MessageKind, language: str) -> str:
    """The kind's HTML with its Liquid, which stands aside while MJML is compiled."""
    mjml = fill(_in_layout(kind, "mjml"), words_for(kind, language, is_html=True))
    liquid = LIQUID.findall(mjml)
    numbers = iter(range(len(liquid)))
    marked = LIQUID.sub(lambda _: _MARK.format(next(numbers)), mjml)
    try:
        output = mrml.to_html(marked, render_options=mrml.RenderOptions(disable_comments=True))
    except OSError as error:
        raise TemplateError(f"{kind.name}: {error}") from error
    return _MARKED.sub(lambda mark: liquid[int(mark[1])], output.content)


def _in_layout(kind: MessageKind, suffix: str) -> str:
    layout = (mail_folder("messaging") / f"layout.{suffix}").read_text(encoding="utf-8")
    return layout.replace(_BODY, kind.file(suffix).read_text(encoding="utf-8"))


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
