"""Pure decisions about parcels' news: what a status is told by, what is stale, what is said of several at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

KIND_OF = {
    "out_for_delivery": "parcel_out_for_delivery",
    "attempt_failed": "parcel_attempt_failed",
    "available_for_pickup": "parcel_pickup",
    "exception": "parcel_problem",
    "returning": "parcel_problem",
    "returned_to_sender": "parcel_problem",
    "lost": "parcel_problem",
    "delivered": "parcel_delivered",
}
"""The message that tells of a status; statuses that are not here are not told."""

WEIGHT = (
    "parcel_problem",
    "parcel_attempt_failed",
    "parcel_pickup",
    "order_delivered",
    "parcel_delivered",
    "parcel_out_for_delivery",
    "parcel_delayed",
    "parcel_sent",
)
"""What gives a message its words when several facts are told by it: what the shopper must act on comes first."""

ON_ITS_WAY = ("pending", "info_received", "in_transit")
IN_WORDS = {
    "pending": "is being packed",
    "info_received": "is announced",
    "in_transit": "is on its way",
    "out_for_delivery": "is out for delivery",
    "delivered": "has been delivered",
    "attempt_failed": "could not be delivered",
    "available_for_pickup": "waits to be collected",
    "exception": "is held up",
    "returning": "is on its way back",
    "returned_to_sender": "is back with us",
    "lost": "is lost",
    "cancelled": "was cancelled",
    "expired": "has long been silent",
}


@dataclass(frozen=True, kw_only=True)
class Fact:
    """Something noted about a parcel; ``kind`` is the message that would tell it alone."""

    id: int
    kind: str
    parcel_id: int


@dataclass(frozen=True, kw_only=True)
class Seen:
    """A parcel as it is now."""

    status: str


@dataclass(frozen=True, kw_only=True)
class Choice:
    """The message to send (no ``kind``: none), its parcels, the facts it tells, and why others are not told."""

    kind: str
    parcel_ids: frozenset[int] = frozenset()
    covers: tuple[int, ...] = ()
    dropped: dict[int, str] = field(default_factory=dict)


def choose(facts: Sequence[Fact], parcels: Mapping[int, Seen], *, is_all_sent: bool) -> Choice:
    """What to say of fresh facts about one order's parcels, as they are now."""
    dropped: dict[int, str] = {}
    fresh = []
    for fact in facts:
        seen = parcels.get(fact.parcel_id)
        reason = _stale(fact.kind, seen.status) if seen else "the parcel was cancelled since"
        if reason:
            dropped[fact.id] = reason
        else:
            fresh.append(fact)
    if not fresh:
        return Choice(kind="", dropped=dropped)
    kinds = {fact.kind for fact in fresh}
    if "parcel_delivered" in kinds and is_all_sent and len(parcels) > 1 and _all_there(parcels):
        kinds.add("order_delivered")
    kind = min(kinds, key=WEIGHT.index)
    ids = frozenset(parcels) if kind == "order_delivered" else frozenset(fact.parcel_id for fact in fresh)
    return Choice(kind=kind, parcel_ids=ids, covers=tuple(fact.id for fact in fresh), dropped=dropped)


def why_stale(kind: str, statuses: Sequence[str]) -> str:
    """Why a message is not true any more for any of its parcels, or nothing."""
    if not statuses:
        return "the parcel is gone"
    reasons = [_stale(kind, status) for status in statuses]
    return "" if "" in reasons else reasons[0]


def _stale(kind: str, status: str) -> str:
    """Why a fact about a parcel is stale now that it has this status, or nothing."""
    told_by = KIND_OF.get(status, "")
    if kind in {"parcel_delivered", "order_delivered"}:
        is_true = status == "delivered"
    elif kind == "parcel_delayed":
        is_true = status in ON_ITS_WAY
    elif kind == "parcel_sent":
        is_true = status in ON_ITS_WAY or status == "out_for_delivery"
    else:
        is_true = told_by == kind
    return "" if is_true else f"the parcel {IN_WORDS.get(status, status)} by now"


def _all_there(parcels: Mapping[int, Seen]) -> bool:
    return all(seen.status == "delivered" for seen in parcels.values())
