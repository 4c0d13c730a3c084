"""Mail into a list, for tests."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from aftercart.kernel.outbox.mail.envelope import Envelope
from aftercart.kernel.outbox.rules import Outcome, Sent

delivered: list[Envelope] = []


class MemoryTransport:
    """Takes everything."""

    def rests(self) -> timedelta:
        return timedelta(0)

    def close(self) -> None:
        """Nothing is kept open."""

    def deliver(self, envelopes: Sequence[Envelope], *, deadline: float) -> list[Outcome]:
        delivered.extend(envelopes)
        return [Sent(provider_message_id=envelope.message_id) for envelope in envelopes]
