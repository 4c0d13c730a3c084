"""The editor of rules on a desk page, and the answers it asks for while somebody writes.

    {% block styles %}{% include "rules/editor-style.html" %}{% endblock %}
    {% block scripts %}{% include "rules/editor-script.html" %}{% endblock %}
    ... in a form: {% include "rules/editor.html" with editor=editor %}

The form sends the rule as JSON text under ``editor.name``. ``preview`` makes what ``editor.preview_url`` answers.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db import OperationalError, connection, transaction
from django.db.models import QuerySet

from aftercart.kernel.rules import tree
from aftercart.kernel.rules.compiling import condition_of
from aftercart.kernel.rules.explaining import Words, describe
from aftercart.kernel.rules.facts import Subject
from aftercart.kernel.rules.reading import Problem, check, read
from aftercart.kernel.rules.vocabulary import vocabulary

EMPTY: Mapping[str, Any] = {"version": tree.VERSION, "all": []}
PATIENCE_MS = 5_000
TOO_SLOW = "Counting takes longer than {} seconds here."


@dataclass(frozen=True)
class Editor:
    """What ``rules/editor.html`` shows. ``text`` is the JSON as it was written, faulty or not."""

    subject: Subject
    preview_url: str
    text: str = json.dumps(EMPTY)
    name: str = "rule"
    currencies: Sequence[str] = ("EUR",)
    problems: Sequence[Problem] = field(default_factory=list)

    @cached_property
    def words(self) -> Words | None:
        """The rule in words, when it can be read."""
        rule, problems = parse(self.text, self.subject)
        return None if problems else describe(rule, self.subject)

    @cached_property
    def vocabulary(self) -> dict[str, Any]:
        return vocabulary(self.subject, self.currencies)

    @property
    def faults(self) -> list[dict[str, str]]:
        """The problems as the script reads them."""
        return [problem_json(problem) for problem in self.problems]


def parse(text: str, subject: Subject) -> tuple[dict[str, Any], list[Problem]]:
    """A rule from JSON text, with everything wrong with it; the rule is empty when it is no JSON."""
    try:
        rule = json.loads(text)
    except (ValueError, RecursionError):
        return {}, [Problem("", "this is no JSON")]
    problems = check(rule, subject)
    return (rule if isinstance(rule, dict) else {}), problems


def preview(text: str, subject: Subject, among: QuerySet[Any], *, now: datetime) -> dict[str, Any]:
    """What the editor shows of an unsaved rule: its problems, or its words and how many of ``among`` match."""
    rule, problems = parse(text, subject)
    if problems:
        return {"problems": [problem_json(problem) for problem in problems]}
    ready = read(rule, subject)
    found, of = count_patiently(among.filter(condition_of(ready, subject, now))), count_patiently(among)
    noun = subject.many or subject.label.lower()
    said = TOO_SLOW.format(PATIENCE_MS // 1000) if found is None else f"{found:,} of {of or 0:,} {noun}"
    return {"problems": [], "words": _words(describe(ready, subject)), "found": found, "of": of, "said": said}


def problem_json(problem: Problem) -> dict[str, str]:
    return {"place": problem.place, "sentence": problem.sentence}


def _words(words: Words) -> dict[str, Any]:
    parts = [_words(part) for part in words.parts]
    return {"at": words.at, "text": words.text, "join": words.join, "parts": parts}


def count_patiently(rows: QuerySet[Any]) -> int | None:
    """How many rows; ``None`` when PostgreSQL would need longer than anybody waits (five seconds)."""
    if connection.vendor != "postgresql":
        return rows.count()
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = %s", [PATIENCE_MS])
            found = rows.count()
            cursor.execute("SET LOCAL statement_timeout = DEFAULT")
            return found
    except OperationalError:
        return None
