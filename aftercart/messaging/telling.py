"""Telling shoppers of facts: who decides what a handful of fresh facts about one thing comes to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

Context = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class News:
    """A fact that waits to be told; ``kind`` is the message that would tell it alone."""

    id: int
    kind: str
    facts: Mapping[str, Any]
    happened_at: datetime


@dataclass(frozen=True, kw_only=True)
class Saying:
    """A message that tells the facts ``covers``. ``facts`` go with it, to be asked for staleness when it leaves."""

    kind: str
    context: Context
    covers: tuple[int, ...]
    facts: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Reader:
    """Whom a thing's news goes to; ``country`` reads a number that names none."""

    email: str
    name: str
    phone: str
    country: str
    language: str
    channel_id: int
    customer_id: int | None


@dataclass(frozen=True, kw_only=True)
class Telling:
    """What is said, and of each fact that is not, why (in words for the desk)."""

    reader: Reader
    said: Sequence[Saying] = ()
    dropped: Mapping[int, str] = field(default_factory=dict)


Teller = Callable[[str, Sequence[News]], Telling]
tellers: dict[str, Teller] = {}


def teller(topic: str) -> Callable[[Teller], Teller]:
    """Register who tells a topic's news: a function of the thing (``"order:7"``) and its fresh facts.

    Raises:
        TypeError: when the topic has one already.
    """

    def register(function: Teller) -> Teller:
        if topic in tellers:
            raise TypeError(f"two tellers tell of {topic}")
        tellers[topic] = function
        return function

    return register
