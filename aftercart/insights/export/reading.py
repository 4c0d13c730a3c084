"""Reading a chunk of a table from the database: Arrow batches of bounded size, whatever the chunk holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
from django.db.models import Max, Min

from aftercart.insights.export.tables import LOOSE, ExportTable, chunk_of, converter, rows_of
from aftercart.stores.models import Channel

BATCH_ROWS = 25_000
FETCH_ROWS = 5_000


def channel_zones() -> dict[int, ZoneInfo]:
    """The time zone of each channel by its id."""
    return {pk: ZoneInfo(name) for pk, name in Channel.objects.values_list("id", "timezone")}


def chunks_in_database(table: ExportTable) -> set[int]:
    """The chunks that may hold rows of the table now."""
    rows = table.rows()
    span = rows.aggregate(low=Min(table.chunk_by), high=Max(table.chunk_by))
    loose = {LOOSE} if rows.filter(**{f"{table.chunk_by}__isnull": True}).exists() else set()
    if span["low"] is None:
        return loose
    return loose.union(range(chunk_of(span["low"]), chunk_of(span["high"]) + 1))


def batches(
    table: ExportTable, chunk: int, zones: Mapping[int, ZoneInfo], *, rows: int = BATCH_ROWS
) -> Iterator[pa.RecordBatch]:
    """The rows of a chunk, at most ``rows`` at a time. One query: all of them as of one moment."""
    found = rows_of(table, chunk)
    sources = [column.source for column in table.columns]
    zone_sources = [column.zone_of or "pk" for column in table.columns]
    wanted = found.values_list(*sources, *zone_sources).iterator(chunk_size=FETCH_ROWS)
    while read := list(islice(wanted, rows)):
        yield _batch(table, read, zones)


def _batch(
    table: ExportTable, rows: Sequence[tuple[Any, ...]], zones: Mapping[int, ZoneInfo]
) -> pa.RecordBatch:
    by_column = list(zip(*rows, strict=True))
    arrays = []
    for place, column in enumerate(table.columns):
        values: Sequence[Any] = by_column[place]
        if convert := converter(column, zones):
            channels = by_column[len(table.columns) + place]
            values = [convert(value, channel) for value, channel in zip(values, channels, strict=True)]
        arrays.append(pa.array(values, type=column.kind))
    return pa.RecordBatch.from_arrays(arrays, schema=table.schema)
