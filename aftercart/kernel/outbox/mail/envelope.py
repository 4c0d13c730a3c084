"""What a transport is given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from aftercart.kernel.outbox.rules import Outcome


@dataclass(frozen=True, kw_only=True)
class Envelope:
    """A composed mail with what the other side is told: return address, recipient, content."""

    key: str
    sender: str
    recipient: str
    message_id: str
    content: bytes


class Transport(Protocol):
    """Hands mails over. One transport is used by one thread at a time."""

    def rests(self) -> timedelta:
        """For how long the other side should be left alone; zero when it may be tried."""
        ...

    def deliver(self, envelopes: Sequence[Envelope], *, deadline: float) -> list[Outcome]:
        """One outcome for each, in order; what was not begun by ``deadline`` (monotonic) is released."""
        ...

    def close(self) -> None:
        """Give back what is kept open between calls."""
        ...
