"""Pure decisions about conversations: what a text may be, where a new message belongs, who was overtaken."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from aftercart.orders.rules import Refused

LONGEST_TEXT = 5000
REOPENS_WITHIN = timedelta(days=10)
CLAIM = "claim"
"""The topic of a conversation that a reported problem opened."""
SUBJECTS = {
    "where": "Where is my order?",
    "change": "Change or cancel",
    "wrong": "Something is wrong with what arrived",
    CLAIM: "A problem was reported",
    "return": "Return or exchange",
    "payment": "Payment or invoice",
    "product": "How it works",
    "other": "A question",
}
"""What a question may be about, and how its ticket is called on the desk."""


class Overtaken(Refused):
    """Something was said since the writer last looked. They should read it before they send."""


@dataclass(frozen=True, kw_only=True)
class Said:
    """One message, as rules see it. ``kind`` is ``customer``, ``staff`` or ``note``."""

    message_id: int
    kind: str
    actor: str


def clean_text(text: str) -> str:
    """The text as it is kept: line ends unified, blanks around it gone.

    Raises:
        Refused: when nothing is left, or more than a conversation's message holds.
    """
    cleaned = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "").strip()
    if not cleaned:
        raise Refused("Write something first.")
    if len(cleaned) > LONGEST_TEXT:
        raise Refused(f"This is {len(cleaned)} characters long; at most {LONGEST_TEXT} fit.")
    return cleaned


STRENGTH = {"link": 3, "code": 3, "lookup": 2, "unverified": 1}


def weaker(one: str, other: str) -> str:
    """Of two ways somebody came, the one that proves less: a conversation is as sure as its weakest message."""
    return min(one, other, key=lambda trust: STRENGTH.get(trust, 0))


def continues(*, state: str, closed_at: datetime | None, now: datetime) -> bool:
    """Whether a customer's new message belongs to their last conversation.

    It reopens one that was closed less than ten days ago; after that it begins a new one that follows it.
    """
    return state != "closed" or closed_at is None or now - closed_at < REOPENS_WITHIN


def unseen(messages: Iterable[Said], *, last_seen_id: int, reader: str) -> list[Said]:
    """What others told the customer, or the customer said, after the last message the reader saw."""
    return [
        said
        for said in messages
        if said.message_id > last_seen_id and said.actor != reader and said.kind != "note"
    ]
