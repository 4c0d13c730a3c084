"""Two events for the journal's own tests."""

from __future__ import annotations

from aftercart.kernel.journal.events import Event, event


@event
class BellRang(Event):
    label = "Bell rang"
    number: int
    customer_id: int | None = None

    @property
    def subject(self) -> str:
        return f"bell:{self.number}"


@event
class DoorOpened(Event):
    number: int
