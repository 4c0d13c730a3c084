"""That a person's data was handed out or forgotten: the proof of having done it."""

from __future__ import annotations

from aftercart.kernel.journal.events import Event, event


@event
class PersonExported(Event):
    """A copy of what is known of a person was made."""

    label = "Data exported"
    customer_id: int
    files: int

    @property
    def subject(self) -> str:
        return f"customer:{self.customer_id}"


@event
class PersonErased(Event):
    """A person was forgotten; what the law keeps stays under a pseudonym."""

    label = "Data erased"
    customer_id: int
    rows: int

    @property
    def subject(self) -> str:
        return f"customer:{self.customer_id}"
