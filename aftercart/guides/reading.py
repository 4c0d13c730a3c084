"""A guide as somebody reads it: in one language, its parts sorted by what they are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language

from aftercart.guides.models import Guide, Part
from aftercart.guides.rules import Texts, spoken
from aftercart.stores.models import Channel


@dataclass(frozen=True, kw_only=True)
class ShownStep:
    """A step with its picture's address (or none) and its sides in pixels."""

    number: int
    title: str
    body: str
    picture: str
    width: int
    height: int


@dataclass(frozen=True, kw_only=True)
class ShownDownload:
    """A document: what it is, where it is, its bytes."""

    label: str
    href: str
    size: int


@dataclass(frozen=True, kw_only=True)
class ShownGuide:
    """A guide in one ``language``; ``is_other`` when the reader asked for another."""

    pk: int
    handle: str
    language: str
    is_other: bool
    title: str
    lead: str
    video: str
    steps: list[ShownStep]
    answers: list[tuple[str, str]]
    downloads: list[ShownDownload]


def things(guide: Guide, parts: Iterable[Part]) -> list[tuple[str, Texts]]:
    """A guide and its parts as :mod:`rules` take them."""
    return [("guide", guide.texts), *((str(part.kind), part.texts) for part in parts)]


def shown_guide(guide: Guide, *, preferred: Iterable[str] = ()) -> ShownGuide:
    """Arrange a guide for reading; two queries at most. ``preferred`` comes before the page's own language."""
    parts = list(guide.parts.all())
    wanted = list(dict.fromkeys([*preferred, get_language() or "en"]))
    language = spoken(things(guide, parts), [*wanted, *_house_languages()])
    own = guide.texts.get(language, {})
    steps = [part for part in parts if part.kind == Part.Kind.STEP]
    return ShownGuide(
        pk=guide.pk,
        handle=guide.handle,
        language=language,
        is_other=language != wanted[0],
        title=own.get("title") or guide.handle,
        lead=own.get("lead", ""),
        video=own.get("video", ""),
        steps=[_step(part, number, language) for number, part in enumerate(steps, 1)],
        answers=[_answer(part, language) for part in parts if part.kind == Part.Kind.ANSWER],
        downloads=[_download(part, language) for part in parts if part.kind == Part.Kind.DOWNLOAD],
    )


def title_of(guide: Guide, language: str) -> str:
    """A guide's title in a language, else in the first that has one."""
    titles = {key: words.get("title", "") for key, words in guide.texts.items()}
    return titles.get(language) or next((title for title in titles.values() if title), guide.handle)


def structured_data(shown: ShownGuide, address: str) -> dict[str, Any]:
    """The guide as schema.org tells it to machines: HowTo with its steps, FAQPage with its answers."""
    how_to = {
        "@type": "HowTo",
        "name": shown.title,
        "inLanguage": shown.language,
        "url": address,
        "step": [
            {
                "@type": "HowToStep",
                "position": step.number,
                "name": step.title,
                "text": step.body or step.title,
                **({"image": f"{settings.BASE_URL}{step.picture}"} if step.picture else {}),
            }
            for step in shown.steps
        ],
    }
    questions = {
        "@type": "FAQPage",
        "mainEntity": [
            {"@type": "Question", "name": asked, "acceptedAnswer": {"@type": "Answer", "text": answer}}
            for asked, answer in shown.answers
        ],
    }
    graph = [*([how_to] if shown.steps else []), *([questions] if shown.answers else [])]
    return {"@context": "https://schema.org", "@graph": graph}


def _house_languages() -> list[str]:
    """The languages of the shop's own channels, as what to fall back on."""
    return [*dict.fromkeys(Channel.objects.order_by("pk").values_list("default_language", flat=True)), "en"]


def _step(part: Part, number: int, language: str) -> ShownStep:
    own = part.texts.get(language, {})
    return ShownStep(
        number=number,
        title=own.get("title", ""),
        body=own.get("body", ""),
        picture=reverse("guide-picture", args=[part.file]) if part.file else "",
        width=part.width,
        height=part.height,
    )


def _answer(part: Part, language: str) -> tuple[str, str]:
    own = part.texts.get(language, {})
    return own.get("question", ""), own.get("answer", "")


def _download(part: Part, language: str) -> ShownDownload:
    own = part.texts.get(language, {})
    return ShownDownload(
        label=own.get("label") or part.file_name,
        href=reverse("guide-download", args=[part.pk]),
        size=part.size,
    )
