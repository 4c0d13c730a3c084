"""What a provider of text messages must do. One adapter per file in ``providers``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from aftercart.kernel.outbox.rules import Outcome

ANSWERED_STOP = "the shopper answered STOP"
"""How a refusal begins when the provider knows that the number's owner wants no texts."""


@dataclass(frozen=True, kw_only=True)
class Text:
    """A text message ready to go: ``number`` in E.164, ``sender`` empty for the provider's default."""

    effect_id: int
    key: str
    number: str
    sender: str
    body: str
    channel_id: int | None
    customer_id: int | None
    attempt: int
    first_tried_at: datetime


class TextProvider(Protocol):
    """Hands texts over. ``send`` never raises: what happened is its outcome, and it must not send a key twice."""

    name: str

    def send(self, text: Text) -> Outcome: ...

    def check(self) -> str:
        """What is wrong with the account, in a sentence; nothing when it answers."""
        ...
