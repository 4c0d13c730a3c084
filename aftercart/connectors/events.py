"""What happens to imports."""

from __future__ import annotations

from aftercart.kernel.journal.events import Event, event


class ImportEvent(Event):
    """Something that happened to one import run."""

    run_id: int

    @property
    def subject(self) -> str:
        return f"import:{self.run_id}"


@event
class ImportFinished(ImportEvent):
    """A run has written all it could."""

    run_id: int
    format: str
    orders_added: int
    orders_changed: int


@event
class ImportUndone(ImportEvent):
    """What a run had added was removed, except what was touched since."""

    run_id: int
    orders_removed: int
    orders_kept: int
