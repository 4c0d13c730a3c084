"""Bringing the export up to date: what the journal says has changed, and nothing else.

The order of things is what makes it right: a change commits together with its journal entry; the listener
hears the entry and marks the chunk; the export reads the marks, then the rows, puts files and manifest in
place, and takes away exactly the marks it had read. No clock and no ``updated_at`` is trusted, so a
transaction that commits late is seen when it commits.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable
from dataclasses import replace

import pyarrow as pa
import pyarrow.parquet as pq

from aftercart.insights.actions import identify_database, mark_all_stale, unmark
from aftercart.insights.export.hearing import hear_journal
from aftercart.insights.export.manifest import Manifest, folder, only_writer, read_manifest, write_manifest
from aftercart.insights.export.reading import batches, channel_zones
from aftercart.insights.export.tables import CHANNELS, SCHEMA_VERSION, TABLES
from aftercart.insights.export.writing import ensure_empty_files, sweep, write_chunk
from aftercart.insights.models import StaleChunk
from aftercart.kernel import clock

GROUP = 4  # chunks between two manifests: what is lost at most when the export is stopped
Chunk = tuple[str, int]
Progress = Callable[[int, int], None]


def refresh_export(
    *,
    full: bool = False,
    actor: str = "system",
    should_stop: Callable[[], bool] = lambda: False,
    progress: Progress = lambda done, total: None,
) -> Manifest:
    """Write every stale chunk anew (all of them with ``full``) and return the manifest.

    Waits while another process exports. ``progress`` is told (chunks done, chunks in all). When
    ``should_stop()`` becomes true it returns after the group in hand; what is left keeps its marks.
    """
    hear_journal()
    with only_writer():
        ensure_empty_files()
        manifest = _begin(full=full, actor=actor)
        marks = _marks()
        todo = sorted(marks)
        for start in range(0, len(todo), GROUP):
            if should_stop():
                return manifest
            group = todo[start : start + GROUP]
            manifest = _write(manifest, group)
            unmark(mark_ids=[mark for chunk in group for mark in marks[chunk]], actor=actor)
            progress(min(start + GROUP, len(todo)), len(todo))
        manifest = _finish(manifest)
        sweep(manifest)
    return manifest


def _begin(*, full: bool, actor: str) -> Manifest:
    """The manifest to go on from; everything is marked when there is none of this database."""
    manifest, database = read_manifest(), identify_database()
    if manifest is None or manifest.database != database:
        mark_all_stale(actor=actor)
        return Manifest(
            version=max(int(time.time()), manifest.version if manifest else 0),
            database=database,
            schema=SCHEMA_VERSION,
            written_at=clock.now(),
            is_complete=False,
        )
    if full:
        mark_all_stale(actor=actor, exported=manifest.chunks())
    return manifest


def _marks() -> dict[Chunk, list[int]]:
    """The ids of the marks of each stale chunk."""
    found: dict[Chunk, list[int]] = {}
    for mark, table, chunk in StaleChunk.objects.values_list("pk", "table", "chunk").iterator(
        chunk_size=5000
    ):
        found.setdefault((table, chunk), []).append(mark)
    return found


def _write(manifest: Manifest, group: Iterable[Chunk]) -> Manifest:
    version, zones = manifest.version + 1, channel_zones()
    files = {name: dict(chunks) for name, chunks in manifest.files.items()}
    rows = {name: dict(chunks) for name, chunks in manifest.rows.items()}
    for name, chunk in group:
        if name not in TABLES:
            continue
        written = write_chunk(TABLES[name], chunk, zones, version=version)
        files.setdefault(name, {}).pop(chunk, None)
        rows.setdefault(name, {}).pop(chunk, None)
        if written:
            files[name][chunk], rows[name][chunk] = written
    return _replace(manifest, replace(manifest, version=version, files=files, rows=rows))


def _finish(manifest: Manifest) -> Manifest:
    """Bring the channels along, which are few and tell no events, and call the export complete."""
    if _channels_changed(manifest):
        manifest = _write(manifest, [(CHANNELS.name, 0)])
    if not manifest.is_complete:
        manifest = _replace(manifest, replace(manifest, version=manifest.version + 1, is_complete=True))
    return manifest


def _channels_changed(manifest: Manifest) -> bool:
    now = pa.Table.from_batches(batches(CHANNELS, 0, channel_zones()), schema=CHANNELS.schema)
    return not now.equals(pq.read_table(manifest.paths(CHANNELS.name)[0]))


def _replace(old: Manifest, new: Manifest) -> Manifest:
    """Put the new manifest in place; the clock of files it no longer names starts now (see ``sweep``)."""
    new = replace(new, written_at=clock.now())
    write_manifest(new)
    for name in TABLES:
        for path in set(old.paths(name)) - set(new.paths(name)):
            if path.exists() and path.parent.parent == folder():
                os.utime(path)
    return new
