"""Pure decisions about guides: which language to speak, what is still to be translated, what may be published."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

Texts = Mapping[str, Mapping[str, str]]
"""Words per language and name: ``{"en": {"title": "..."}}``."""

WANTED = {
    "guide": ("title",),
    "step": ("title",),
    "answer": ("question", "answer"),
    "download": ("label",),
}
"""The words that a thing needs before it can be read."""


class GuideRefused(Exception):
    """A change of a guide is not possible. The message says why, in words for who asked."""


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How much of a guide is written in a language."""

    language: str
    written: int
    wanted: int

    @property
    def is_complete(self) -> bool:
        """Whether nothing is missing."""
        return self.written == self.wanted


def progress(things: Sequence[tuple[str, Texts]], language: str) -> Progress:
    """How many of the needed words of a guide and its parts are there; ``things`` are (kind, texts)."""
    needed = [texts.get(language, {}).get(name, "") for kind, texts in things for name in WANTED[kind]]
    return Progress(language=language, written=sum(bool(word.strip()) for word in needed), wanted=len(needed))


def spoken(things: Sequence[tuple[str, Texts]], preferred: Iterable[str]) -> str:
    """The language to show a guide in: the first preferred that is complete, else the most complete one.

    A guide is never shown half in one language and half in another.
    """
    order = list(dict.fromkeys(preferred))
    states = [progress(things, language) for language in order]
    complete = next((state.language for state in states if state.is_complete), "")
    if complete:
        return complete
    others = sorted({language for _, texts in things for language in texts} - set(order))
    states += [progress(things, language) for language in others]
    return max(states, key=lambda state: state.written).language


def may_publish(things: Sequence[tuple[str, Texts]], languages: Iterable[str]) -> None:
    """Refuse to publish a guide that no language has whole, or that has nothing to read.

    Raises:
        GuideRefused: with what is missing.
    """
    if not any(kind in {"step", "answer", "download"} for kind, _ in things):
        raise GuideRefused("Write at least one step, answer or download first.")
    if not any(progress(things, language).is_complete for language in languages):
        raise GuideRefused("Finish one language first: every step needs a title, every question its answer.")


def video_link(text: str) -> str:
    """A link to a video as it may be shown, empty for none.

    Raises:
        GuideRefused: when it is no address of the web over HTTPS.
    """
    text = text.strip()
    if not text:
        return ""
    parts = urlsplit(text)
    if parts.scheme != "https" or not parts.hostname or "." not in parts.hostname or len(text) > 500:
        raise GuideRefused("A video's link begins with https:// and names a website.")
    return text


def moved(order: Sequence[int], which: int, by: int) -> list[int]:
    """The ids in their new order; a step beyond either end stays where it is.

    Raises:
        GuideRefused: when ``which`` is not there (any more).
    """
    if which not in order:
        raise GuideRefused("This part is gone; somebody else removed it.")
    rest = [one for one in order if one != which]
    place = min(max(0, order.index(which) + by), len(rest))
    return [*rest[:place], which, *rest[place:]]
