"""The structure of a mail: MJML to HTML, its Liquid standing aside meanwhile, and what may be wrong with it.

The MJML compiler recurses in native code: some six hundred nested elements overflow its stack and take the
process with them. So the number of elements is bounded before it sees any.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser

import mrml

from aftercart.messaging.messages import MessageKind, mail_folder
from aftercart.messaging.wording import LIQUID

BODY = "[[ body ]]"
LONGEST = 60_000
MOST_BLOCKS = 200
MOST_ELEMENTS = 1_500
_MARK = "liquid-{}-mark"
_MARKED = re.compile(r"liquid-(\d+)-mark")
# Without fonts: the compiler would have every mail that names Roboto load it from Google, telling who reads it.
_OPTIONS = mrml.RenderOptions(disable_comments=True, fonts={})
_VOID = {"br", "img", "hr", "meta", "col", "wbr"}


class TemplateError(ValueError):
    """A message's structure is not well formed. The message says what, and where when that is known."""

    def __init__(self, sentence: str, line: int = 0) -> None:
        super().__init__(sentence)
        self.line = line


def in_layout(kind: MessageKind, suffix: str, own: str = "") -> str:
    """The layout around the kind's structure, or around ``own`` in its place."""
    layout = (mail_folder("messaging") / f"layout.{suffix}").read_text(encoding="utf-8")
    return layout.replace(BODY, own or kind.file(suffix).read_text(encoding="utf-8"))


def to_html(mjml: str, name: str) -> str:
    """MJML with Liquid to HTML with the same Liquid.

    Raises:
        TemplateError: when the MJML is not well formed, or has too many elements.
    """
    liquid = LIQUID.findall(mjml)
    numbers = iter(range(len(liquid)))
    marked = LIQUID.sub(lambda _: _MARK.format(next(numbers)), mjml)
    bound(marked)
    try:
        output = mrml.to_html(marked, render_options=_OPTIONS)
    except OSError as error:
        raise TemplateError(f"{name}: {error}") from error
    return _MARKED.sub(lambda mark: liquid[int(mark[1])], output.content)


def bound(mjml: str) -> None:
    """Refuse more than the compiler can take.

    Raises:
        TemplateError: saying how much there is.
    """
    if (blocks := len(re.findall(r"<\s*mj", mjml, re.IGNORECASE))) > MOST_BLOCKS:
        raise TemplateError(
            f"It has {blocks} MJML elements; {MOST_BLOCKS} are the most, the layout's included."
        )
    if (elements := mjml.count("<")) > MOST_ELEMENTS * 2:
        raise TemplateError(f"It has about {elements // 2} elements; {MOST_ELEMENTS} are the most.")


def inspect(mjml: str) -> None:
    """Find what the compiler would only call unparsable: tags that do not match, includes, blocks out of place.

    Raises:
        TemplateError: with the line (1 is the first of ``mjml``).
    """
    if len(mjml) > LONGEST:
        raise TemplateError(f"It has {len(mjml)} letters; {LONGEST} are the most.")
    bound(mjml)
    reader = _Balance()
    reader.feed(LIQUID.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), mjml))
    reader.close()
    if reader.open:
        tag, line = reader.open[-1]
        raise TemplateError(f"<{tag}> is never closed.", line)


class _Balance(HTMLParser):
    """Follows opening and closing tags."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, int]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._place(tag)
        if tag not in _VOID:
            self.open.append((tag, self.getpos()[0]))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._place(tag)

    def handle_endtag(self, tag: str) -> None:
        line = self.getpos()[0]
        if not self.open:
            raise TemplateError(f"</{tag}> closes nothing.", line)
        last, opened = self.open[-1]
        if tag != last:
            raise TemplateError(f"</{tag}> stands where </{last}> (line {opened}) should close first.", line)
        self.open.pop()

    def _place(self, tag: str) -> None:
        line = self.getpos()[0]
        if tag == "mj-include":
            raise TemplateError("<mj-include> is not available here.", line)
        if not self.open and tag not in {"mj-section", "mj-hero", "mj-raw"}:
            raise TemplateError(f"<{tag}> must stand inside <mj-section><mj-column>.", line)
