"""A decision as it is stored: which rule decided, what it saw, what came out."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aftercart.kernel.rules import tree
from aftercart.kernel.rules.deciding import Facts
from aftercart.kernel.rules.explaining import Explanation, explain
from aftercart.kernel.rules.reading import read


@dataclass(frozen=True)
class Decision:
    """``digest`` is the SHA-256 of the rule's JSON; ``name`` and ``revision`` are the caller's own."""

    name: str
    revision: int
    version: int
    digest: str
    subject: str
    decided_at: datetime
    explanation: Explanation

    @property
    def holds(self) -> bool:
        return self.explanation.holds

    def as_json(self) -> dict[str, Any]:
        """For a JSON column beside what was decided."""
        return {
            "rule": self.name,
            "revision": self.revision,
            "version": self.version,
            "digest": self.digest,
            "subject": self.subject,
            "decided_at": self.decided_at.isoformat(),
            "holds": self.holds,
            "words": self.explanation.words.sentence,
            "seen": [
                {
                    "at": each.at,
                    "words": each.words,
                    "holds": each.holds,
                    "seen": each.seen,
                    "value": each.value,
                }
                for each in self.explanation.outcomes
            ],
        }


def decide(
    rule: tree.Rule | Mapping[str, Any], facts: Facts, *, now: datetime, name: str, revision: int
) -> Decision:
    """Decide a rule and keep what it saw. ``name`` and ``revision`` say whose rule it was, as it then stood.

    Raises:
        RuleError: when the rule cannot be read.
        LookupError: when a fact it asks for was not loaded.
    """
    ready = read(rule, facts.subject)
    return Decision(
        name=name,
        revision=revision,
        version=ready.version,
        digest=digest(ready.document),
        subject=facts.subject,
        decided_at=now,
        explanation=explain(ready, facts, now=now),
    )


def digest(document: Mapping[str, Any]) -> str:
    """SHA-256 of a rule's JSON, keys sorted, no spaces."""
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
