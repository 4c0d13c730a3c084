"""The figures as JSON for machines: flat numbers first, each figure's whole story below. See docs/figures.md."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from aftercart.insights.asking import Answer
from aftercart.insights.export.manifest import Manifest
from aftercart.insights.figures.figure import Figure, Question, Shape, Unit


def tell(
    answers: Iterable[Answer], *, question: Question, channel: str | None, manifest: Manifest
) -> dict[str, Any]:
    """Answers as one JSON object.

    Tiles stand at the top level as plain numbers (shares from 0 to 1, money in minor units of ``currency``
    under keys that end in ``_minor``; ``null`` when nothing is behind them) and everything again, with
    definition, n and rows, under ``figures``.
    """
    answers = list(answers)
    currency = leading_currency(answers)
    tiles = [answer for answer in answers if answer.figure.shape is Shape.TILE]
    return {
        "period": {"from": _plain(question.since), "to": _plain(question.until)},
        "channel": channel,
        "currency": currency,
        "grain": question.grain.value,
        "exported_at": manifest.written_at.isoformat(),
        **{json_key(answer.figure): answer.in_currency(currency) for answer in tiles},
        "figures": {answer.figure.key: _whole(answer) for answer in answers},
    }


def leading_currency(answers: Iterable[Answer]) -> str | None:
    """The currency with most behind it: its amounts stand at the top level, nothing is added to them."""
    behind: dict[str, int] = {}
    for answer in answers:
        for row in answer.rows if answer.figure.in_money else ():
            behind[row["currency"]] = max(behind.get(row["currency"], 0), row["n"])
    return min(behind, key=lambda code: (-behind[code], code)) if behind else None


def json_key(figure: Figure) -> str:
    """The key of a tile's number: amounts say that they are minor units."""
    return f"{figure.key}_minor" if figure.unit is Unit.MONEY else figure.key


def _whole(answer: Answer) -> dict[str, Any]:
    figure = answer.figure
    return {
        "title": figure.title,
        "definition": figure.words,
        "unit": figure.unit.value,
        "n_counts": figure.of,
        "rows": [{key: _plain(value) for key, value in row.items()} for row in answer.rows],
    }


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
