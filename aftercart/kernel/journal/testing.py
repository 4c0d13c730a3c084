"""For tests of apps that listen: let them hear now, in the test's own transaction."""

from __future__ import annotations

from django.db import transaction

from aftercart.kernel.journal import listening, progress, reading
from aftercart.kernel.journal.models import Entry
from aftercart.kernel.journal.positions import END, Position


def hear_everything(*listeners: str) -> int:
    """Give every listener (or those named) all it has not heard, what they publish meanwhile included.

    Reads uncommitted entries of the running transaction too, which workers never do, and lets a
    listener's exception out. Returns the number of entries heard.
    """
    progress.ensure_listeners()
    chosen = [item for item in listening.registry.values() if not listeners or item.name in listeners]
    total = 0
    while heard := sum(_hear(item) for item in chosen):
        total += heard
    return total


def published(name: str) -> list[dict[str, object]]:
    """The facts of all entries with an event's name, oldest first."""
    return list(Entry.objects.filter(name=name).order_by("id").values_list("facts", flat=True))


def _hear(listener: listening.Listener) -> int:
    with transaction.atomic():
        row = progress.lock(listener.name)
        if row is None:
            return 0
        rows = reading.read(listener, after=Position(row.xid, row.entry_id), upto=END, limit=listener.batch)
        if rows:
            listener.handle(reading.decode(rows))
            progress.advance(row, Position(rows[-1][0], rows[-1][1]), heard=len(rows))
    return len(rows)
