"""The only writer of the export's marks."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.db import transaction

from aftercart.insights.export.reading import chunks_in_database
from aftercart.insights.export.tables import TABLES
from aftercart.insights.models import ExportIdentity, StaleChunk
from aftercart.kernel.work.jobs import enqueue


@transaction.atomic
def mark_stale(*, chunks: Iterable[tuple[str, int]], actor: str) -> int:
    """Note that chunks, as (table, chunk), changed since they were exported. Returns how many.

    The next run of the export writes them anew. ``actor`` is not kept: marks are no history.
    """
    del actor
    marks = [StaleChunk(table=table, chunk=chunk) for table, chunk in sorted(set(chunks))]
    return len(StaleChunk.objects.bulk_create(marks, batch_size=500))


def mark_all_stale(*, actor: str, exported: Iterable[tuple[str, int]] = ()) -> int:
    """Have everything written anew; ``exported`` are chunks whose rows may be gone. Returns how many."""
    there = {(table.name, chunk) for table in TABLES.values() for chunk in chunks_in_database(table)}
    return mark_stale(chunks=there.union(exported), actor=actor)


@transaction.atomic
def unmark(*, mark_ids: Collection[int], actor: str) -> None:
    """Take away marks whose chunks were written after they were read; later marks stay."""
    del actor
    ids = sorted(mark_ids)
    for start in range(0, len(ids), 500):
        StaleChunk.objects.filter(pk__in=ids[start : start + 500]).delete()


def ask_for_export(*, actor: str) -> int:
    """Have the worker bring the export up to date now; asked twice it runs once. Returns the job's id."""
    return enqueue("insights.export", {"asked_by": actor}, key="insights.export:asked")


def identify_database() -> str:
    """The key of this database, made when it has none yet."""
    return str(ExportIdentity.objects.get_or_create(pk=1)[0].key)
