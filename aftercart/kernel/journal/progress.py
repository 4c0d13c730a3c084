"""The listeners' rows: made where they are missing, locked while a listener runs."""

from __future__ import annotations

from django.db.models import F

from aftercart.kernel import clock
from aftercart.kernel.journal import listening
from aftercart.kernel.journal.models import Progress
from aftercart.kernel.journal.positions import START, Position, horizon


def ensure_listeners() -> int:
    """Give every declared listener its row; returns how many were new.

    A new one starts with what happens next, or at the first entry with ``from_start``. Runs after
    ``migrate`` and when a worker starts.
    """
    known = set(Progress.objects.values_list("listener", flat=True))
    missing = [item for item in listening.registry.values() if item.name not in known]
    if not missing:
        return 0
    now, head = clock.now(), horizon()
    Progress.objects.bulk_create(
        [
            Progress(listener=item.name, xid=at.xid, entry_id=at.id, created_at=now, advanced_at=now)
            for item in missing
            for at in [START if item.from_start else head]
        ],
        ignore_conflicts=True,
    )
    return len(missing)


def lock(listener: str) -> Progress | None:
    """The listener's row, locked until the transaction ends; None while another worker runs it."""
    rows = Progress.objects.select_for_update(skip_locked=True, no_key=True)
    return rows.filter(listener=listener).first()


def advance(progress: Progress, to: Position, *, heard: int) -> None:
    """Move a locked listener on, having heard ``heard`` entries."""
    Progress.objects.filter(pk=progress.pk).update(
        xid=to.xid, entry_id=to.id, heard=F("heard") + heard, advanced_at=clock.now()
    )
