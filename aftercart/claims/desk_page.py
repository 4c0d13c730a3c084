"""One problem on the desk: what was said and shown, and every decision with its reasons in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse

from aftercart.claims.models import Claim, ClaimDecision, ClaimLine, Outcome
from aftercart.kernel.uploads.models import Upload
from aftercart.stores.models import StaffMember

TONES = {"refund": "success", "replacement": "success", "declined": "warn", "ask": "info"}


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One rule that was asked: its condition in words, whether it held, and each question with what was seen."""

    name: str
    words: str
    holds: bool
    seen: list[dict[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Decided:
    """One decision as colleagues read it."""

    outcome: str
    tone: str
    by: str
    why: str
    at: datetime
    words: str
    note: str
    asked: list[Asked]


@dataclass(frozen=True, kw_only=True)
class DeskPhoto:
    """A photo and the addresses of its two sizes."""

    href: str
    small: str


def claim_page(claim: Claim) -> dict[str, Any]:
    """The pieces, photos and decisions of a claim."""
    decisions = list(claim.decisions.all())
    names = _names(decisions)
    return {
        "pieces": [(row.line, row.quantity) for row in _rows(claim)],
        "photos": photos_of(claim),
        "decisions": [_decided(decision, names) for decision in reversed(decisions)],
    }


def photos_of(claim: Claim) -> list[DeskPhoto]:
    """The claim's photos with their addresses on the desk."""
    found = []
    for name in Upload.objects.of(claim.subject).values_list("name", flat=True):
        href = reverse("desk-claim-photo", args=[claim.pk, name])
        found.append(DeskPhoto(href=href, small=f"{href}?size=small"))
    return found


def _rows(claim: Claim) -> Sequence[ClaimLine]:
    return list(claim.lines.select_related("line__variant").order_by("line__position"))


def _names(decisions: Sequence[ClaimDecision]) -> dict[str, str]:
    ids = [decision.actor.removeprefix("staff:") for decision in decisions]
    members = StaffMember.objects.filter(pk__in=[pk for pk in ids if pk.isdecimal()]).select_related("user")
    return {f"staff:{member.pk}": member.user.name for member in members}


def _decided(decision: ClaimDecision, names: dict[str, str]) -> Decided:
    is_policy = decision.policy_version is not None
    return Decided(
        outcome=Outcome(decision.outcome).label,
        tone=TONES[decision.outcome],
        by=_policy(decision) if is_policy else names.get(decision.actor, "A colleague"),
        why=_why(decision) if is_policy else "",
        at=decision.decided_at,
        words=decision.words,
        note=decision.note,
        asked=[_asked(each) for each in decision.document.get("asked", [])],
    )


def _policy(decision: ClaimDecision) -> str:
    return f"Policy, version {decision.policy_version}" if decision.policy_version else "No policy yet"


def _why(decision: ClaimDecision) -> str:
    instead = str(decision.document.get("instead", ""))
    if decision.rule:
        return f"The rule “{decision.rule}” matched. {instead}".strip()
    if not decision.policy_version:
        return "Without a policy, a person decides every problem."
    return "No rule matched, so a person decides."


def _asked(told: dict[str, Any]) -> Asked:
    return Asked(name=told["rule"], words=told["words"], holds=told["holds"], seen=told["seen"])
