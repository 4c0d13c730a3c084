"""Two events for the journal's own tests, and quick ways to make them happen."""

from __future__ import annotations

from collections.abc import Callable

import psycopg
from django.db import transaction

from aftercart.kernel.journal.events import Event, event
from aftercart.kernel.journal.publish import publish

Connect = Callable[[], "psycopg.Connection[tuple[object, ...]]"]


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


def ring(*numbers: int, is_history: bool = False) -> None:
    """Publish a ``BellRang`` for each number, in one transaction."""
    with transaction.atomic():
        for number in numbers:
            publish(BellRang(number=number), is_history=is_history)
