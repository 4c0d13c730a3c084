"""The sandbox's test cards and what each does; numbers as card networks reserve them for tests."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Card:
    """A test card. ``code`` declines it, ``asks`` sends the payer to their bank, ``settles_after`` (seconds)
    delays the money, ``deliveries`` and ``is_disordered`` make its webhooks come as badly as they can,
    ``returns`` says how a refund of it goes."""

    number: str
    label: str
    code: str = ""
    asks: bool = False
    settles_after: int = 0
    deliveries: int = 1
    is_disordered: bool = False
    returns: str = "succeeded"


CARDS = (
    Card(number="4242424242424242", label="Succeeds"),
    Card(number="4000002760003184", label="Asks for 3-D Secure", asks=True),
    Card(number="4000000000000002", label="Is declined", code="declined"),
    Card(number="4000000000009995", label="Has not enough money", code="insufficient_funds"),
    Card(number="4000000000000069", label="Has expired", code="expired_card"),
    Card(number="4000000000009987", label="Is reported lost", code="lost_card"),
    Card(number="4000000000000127", label="Has another security code", code="wrong_code"),
    Card(number="4000000000000077", label="Settles 15 seconds later", settles_after=15),
    Card(number="4000000000001018", label="Sends each webhook five times", deliveries=5),
    Card(number="4000000000002024", label="Sends webhooks in the wrong order", is_disordered=True),
    Card(number="4000000000005126", label="Its refunds fail", returns="failed"),
    Card(number="4000000000007726", label="Its refunds take 15 seconds", returns="pending"),
)
BY_NUMBER = {card.number: card for card in CARDS}


def card_for(typed: str) -> Card | None:
    """The test card with this number, however it is spaced; a real card is none."""
    return BY_NUMBER.get(re.sub(r"[\s-]+", "", typed))
