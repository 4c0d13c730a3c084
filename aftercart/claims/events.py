"""What happens with problems that shoppers report. Amounts are minor units of ``currency``."""

from __future__ import annotations

from aftercart.kernel.journal.events import Event, event
from aftercart.kernel.money import format_minor

KINDS = {
    "damaged": "damaged",
    "missing": "missing",
    "wrong": "wrong item",
    "not_arrived": "delivered, not arrived",
}
OUTCOMES = {
    "refund": "refund",
    "replacement": "send again",
    "declined": "declined",
    "ask": "a person decides",
}


class ClaimEvent(Event):
    """Something that happened to one claim."""

    claim_id: int
    order_id: int
    customer_id: int | None
    channel_id: int
    number: str

    @property
    def subject(self) -> str:
        return f"claim:{self.claim_id}"


@event
class ClaimMade(ClaimEvent):
    """A shopper reported a problem; ``outcome`` is what the policy said at once, ``ask`` when a person decides."""

    icon = "triangle-alert"
    tone = "warn"
    label = "Problem reported"

    claim_id: int
    order_id: int
    customer_id: int | None
    channel_id: int
    number: str
    kind: str
    currency: str
    value_minor: int
    photos: int
    outcome: str

    def detail(self) -> str:
        return f"{self.number}: {KINDS.get(self.kind, self.kind)}, {format_minor(self.value_minor, self.currency)}"


@event
class ClaimDecided(ClaimEvent):
    """What the shopper gets: ``refund``, ``replacement`` or ``declined``; ``rule`` when the policy decided."""

    icon = "scale"
    label = "Problem decided"

    claim_id: int
    order_id: int
    customer_id: int | None
    channel_id: int
    number: str
    decision_id: int
    outcome: str
    rule: str

    def detail(self) -> str:
        by = f" by the rule “{self.rule}”" if self.rule else ""
        return f"{OUTCOMES.get(self.outcome, self.outcome).capitalize()}{by}"


@event
class ClaimSettled(ClaimEvent):
    """The money went back, or the goods went out again."""

    icon = "circle-check"
    tone = "success"
    label = "Problem settled"

    claim_id: int
    order_id: int
    customer_id: int | None
    channel_id: int
    number: str
    outcome: str

    def detail(self) -> str:
        return OUTCOMES.get(self.outcome, self.outcome).capitalize()


@event
class ClaimPolicySaved(Event):
    """The policy for problems changed."""

    icon = "scale"
    label = "Problem policy changed"

    version: int
    rules: int

    @property
    def subject(self) -> str:
        return "claims.policy"

    def detail(self) -> str:
        return f"Version {self.version}, {self.rules} rules"
