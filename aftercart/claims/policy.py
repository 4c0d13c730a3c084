"""The policy for problems: ordered rules, the first that holds decides, and what it saw is kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aftercart.claims.facts import claim as subject
from aftercart.claims.models import GIVEN, Claim, Outcome, PolicyVersion
from aftercart.kernel.rules import RuleError, decide, describe, read, snapshot

NEVER_SAVED = 0
OFFERED = (*GIVEN, Outcome.ASK)
"""What a rule may say. It can ask a person, which is what happens without any rule; it cannot decline."""


@dataclass(frozen=True, kw_only=True)
class PolicyRule:
    """One row of the policy. ``rule`` is a condition about a claim (``docs/rules.md``)."""

    name: str
    rule: Mapping[str, Any]
    outcome: str

    @classmethod
    def from_json(cls, row: Mapping[str, Any]) -> PolicyRule:
        return cls(name=str(row["name"]), rule=row["rule"], outcome=str(row["outcome"]))

    def as_json(self) -> dict[str, Any]:
        return {"name": self.name, "rule": dict(self.rule), "outcome": self.outcome}

    @property
    def words(self) -> str:
        """The condition as a shopkeeper reads it."""
        try:
            return describe(self.rule, subject).sentence or "always"
        except RuleError as error:
            return f"Out of order: {error}"


@dataclass(frozen=True, kw_only=True)
class Policy:
    """The rules in force. Version 0 is no policy: a person is asked."""

    version: int
    rules: Sequence[PolicyRule]


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What the policy says of one claim. ``document`` is kept beside it: each rule asked, and what it saw."""

    outcome: str
    version: int
    rule: str
    document: dict[str, Any]


def policy_in_force() -> Policy:
    """The newest version."""
    row = PolicyVersion.objects.first()
    if row is None:
        return Policy(version=NEVER_SAVED, rules=())
    return Policy(version=row.version, rules=[PolicyRule.from_json(each) for each in row.rules])


def verdict(claim: Claim, policy: Policy, *, now: datetime) -> Verdict:
    """Ask the rules in their order; the first that holds decides, and without one a person does.

    A rule that can no longer be read (a fact or a choice went away) is passed over and named in the document:
    the shopper must not pay for it with an error page.
    """
    asked: list[dict[str, Any]] = []
    for position, row in enumerate(policy.rules, start=1):
        try:
            ready = read(row.rule, subject)
        except RuleError as error:
            asked.append({"rule": row.name, "holds": False, "words": f"Out of order: {error}", "seen": []})
            continue
        facts = snapshot(claim, ready, subject, now=now)
        seen = decide(ready, facts, now=now, name=f"claims.policy:{position}", revision=policy.version)
        asked.append({**seen.as_json(), "rule": row.name})
        if seen.holds:
            return _verdict(row.outcome, policy, row.name, asked)
    return _verdict(Outcome.ASK, policy, "", asked)


def problems(rules: Iterable[PolicyRule]) -> list[str]:
    """Why these rules cannot be a policy, in sentences."""
    found = []
    for row in rules:
        if not row.name.strip():
            found.append("Give every rule a name.")
        if row.outcome not in OFFERED:
            found.append(f"“{row.name}” has no outcome that a policy may give.")
        try:
            read(row.rule, subject)
        except RuleError as error:
            found.append(f"“{row.name}”: {error}")
    return found


def _verdict(outcome: str, policy: Policy, rule: str, asked: list[dict[str, Any]]) -> Verdict:
    document = {"policy": policy.version, "rule": rule, "outcome": str(outcome), "asked": asked}
    return Verdict(outcome=str(outcome), version=policy.version, rule=rule, document=document)
