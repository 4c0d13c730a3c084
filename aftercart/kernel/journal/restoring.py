"""A dump restored into another database cluster brings transaction numbers that are not of this one.

Left alone, entries numbered higher than the cluster has counted would wait for years, and positions up
there would hide everything new. So all that came with the dump moves below zero, in its order.
"""

from __future__ import annotations

import logging

from django.db import connection, transaction
from django.db.models import F, Max

from aftercart.kernel.journal.models import Entry, Progress
from aftercart.kernel.journal.positions import LARGEST, START, is_from_elsewhere, next_xid

log = logging.getLogger(__name__)


def settle_restored() -> int:
    """Renumber entries of another cluster below zero, if there are any; returns how many moved.

    Runs after ``migrate`` and when a worker starts, before anything is heard. Order among entries, and
    between entries and positions, is kept. Entries that this cluster wrote since the restore (their ids
    are higher than those of the foreign ones) keep their numbers and so come after.
    """
    if not is_from_elsewhere():
        return 0
    with transaction.atomic():
        _lock()
        if not is_from_elsewhere():
            return 0
        limit = next_xid()
        last_foreign = Entry.objects.filter(xid__gte=limit).aggregate(last=Max("id"))["last"] or LARGEST
        old = Entry.objects.filter(id__lte=last_foreign)
        highest = max(_highest(old.aggregate(highest=Max("xid"))), _highest_position())
        moved = old.update(xid=F("xid") - (highest + 1))
        Progress.objects.exclude(xid__lte=START.xid).update(
            xid=F("xid") - (highest + 1), generation=F("generation") + 1
        )
    log.warning("the journal came from another database cluster: %s entries renumbered", moved)
    return moved


def _highest(found: dict[str, int | None]) -> int:
    value = found["highest"]
    return -1 if value is None else value


def _highest_position() -> int:
    return _highest(Progress.objects.aggregate(highest=Max("xid")))


def _lock() -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE journal_progress, journal_entry IN SHARE ROW EXCLUSIVE MODE")
