"""All figures of one question, kept in a file until the export changes: pages ask once, then only read."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Mapping, Sequence
from datetime import date
from fcntl import LOCK_EX, flock
from pathlib import Path
from typing import Any

from aftercart.insights.asking import Answer, asker, files_of
from aftercart.insights.export.manifest import Manifest, folder
from aftercart.insights.figures.figure import Figure, Question, registry

Board = Mapping[str, Answer]
DATES = ("bucket", "cohort")


def kept_board(manifest: Manifest, question: Question) -> Board | None:
    """Every figure of the question, when somebody asked it before of this state of the export."""
    try:
        told = json.loads(_place(manifest, question).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return {key: _answer(figure, question, told[key]) for key, figure in registry.items()}


def board(manifest: Manifest, question: Question) -> Board:
    """Every figure of the question, computed once however many ask at the same time."""
    return boards(manifest, [question])[0]


def boards(manifest: Manifest, questions: Sequence[Question]) -> list[Board]:
    """The boards of several questions; what they share is computed once."""
    place = folder() / ".results" / str(manifest.version)
    place.mkdir(parents=True, exist_ok=True)
    with (place / ".lock").open("w") as handle:
        flock(handle, LOCK_EX)
        kept = {question: kept_board(manifest, question) for question in questions}
        found = {question: known for question, known in kept.items() if known is not None}
        if missing := [question for question in questions if question not in found]:
            found |= _compute(manifest, missing)
            _sweep(manifest)
    return [found[question] for question in questions]


def _compute(manifest: Manifest, questions: Sequence[Question]) -> dict[Question, Board]:
    found: dict[Question, Board] = {}
    with asker(files_of(manifest)) as opened:
        for question in questions:
            found[question] = {key: opened.ask(figure, question) for key, figure in registry.items()}
            _keep(_place(manifest, question), found[question])
    return found


def _place(manifest: Manifest, question: Question) -> Path:
    """Named after the question and the figures' definitions, so that changed ones are computed anew."""
    words = repr((question, [(key, figure.words) for key, figure in registry.items()]))
    digest = hashlib.sha256(words.encode()).hexdigest()[:24]
    return folder() / ".results" / str(manifest.version) / f"{digest}.json"


def _keep(place: Path, answers: Board) -> None:
    told = {
        key: {"rows": [dict(row) for row in answer.rows], "seconds": answer.seconds}
        for key, answer in answers.items()
    }
    place.parent.mkdir(parents=True, exist_ok=True)
    fresh = place.with_suffix(f".{os.getpid()}.tmp")
    fresh.write_text(json.dumps(told, default=date.isoformat), encoding="utf-8")
    fresh.replace(place)


def _answer(figure: Figure, question: Question, told: dict[str, Any]) -> Answer:
    rows = tuple({key: _value(key, value) for key, value in row.items()} for row in told["rows"])
    return Answer(figure=figure, question=question, rows=rows, seconds=told["seconds"])


def _value(key: str, value: Any) -> Any:
    return date.fromisoformat(value) if key in DATES and isinstance(value, str) else value


def _sweep(manifest: Manifest) -> None:
    """Results of older states of the export are of no use to anybody."""
    for place in (folder() / ".results").iterdir():
        if place.name.isdigit() and int(place.name) < manifest.version:
            shutil.rmtree(place, ignore_errors=True)
