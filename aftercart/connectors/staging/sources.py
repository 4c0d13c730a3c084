"""Files into raw tables: each is recognised by its headings, every row keeps its file and number."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb

from aftercart.connectors.files.dialect import Dialect
from aftercart.connectors.files.encoding import write_utf8
from aftercart.connectors.files.errors import UnreadableFile
from aftercart.connectors.files.mending import ROW_COLUMN, mend
from aftercart.connectors.files.opening import InputFile, Opened, open_file
from aftercart.connectors.mapping.model import Mapping, Source
from aftercart.connectors.staging.sql import Scope, cleaned, condition, heading, name, text
from aftercart.connectors.staging.stage import Stage

LONGEST_LINE = 4 * 1024 * 1024


def recognise(mapping: Mapping, headings: Sequence[str]) -> Source | None:
    """The source whose columns the file has; of several the one that asks for most."""
    present = {heading(column) for column in headings}
    fitting = [source for source in mapping.sources if {heading(column) for column in source.has} <= present]
    return max(fitting, key=lambda source: len(source.has), default=None)


def load_sources(
    stage: Stage, files: Sequence[InputFile], *, encoding: str = "", delimiter: str = ""
) -> None:
    """Read every file into the raw table of its source and take out the rows the mapping rejects.

    Raises:
        UnreadableFile: when a file fits no source, or a required source has no file.
    """
    by_source: dict[str, list[tuple[int, Opened]]] = {}
    for number, file in enumerate(files):
        opened = open_file(file, stage.folder, encoding=encoding, delimiter=delimiter)
        source = recognise(stage.mapping, opened.headings) or _unknown(stage.mapping, opened)
        if source.delimiter or source.encoding:
            opened = open_file(
                file,
                stage.folder,
                encoding=source.encoding or encoding,
                delimiter=source.delimiter or delimiter,
            )
        by_source.setdefault(source.name, []).append((number, opened))
        stage.con.execute("INSERT INTO files VALUES (?, ?, ?)", [number, file.name, source.name])
    for source in stage.mapping.sources:
        if source.name in by_source:
            _load(stage, source, by_source[source.name])
        elif not source.is_optional:
            raise UnreadableFile(
                f"No file with the columns {', '.join(source.has)} ({source.title or source.name})."
            )
    _reject(stage)


def _unknown(mapping: Mapping, opened: Opened) -> Source:
    known = "; ".join(f"{source.title or source.name} ({_some(source.has, 5)})" for source in mapping.sources)
    raise UnreadableFile(
        f"{opened.file.name} is no file the mapping {mapping.name!r} knows: it has the columns "
        f"{_some(opened.headings, 12)}. Known are {known}."
    )


def _some(names: Sequence[str], most: int) -> str:
    """The first names, and a sign that there are more."""
    return ", ".join(names[:most]) + (", …" if len(names) > most else "")


def _load(stage: Stage, source: Source, opened: list[tuple[int, Opened]]) -> None:
    table = name(f"raw_{source.name}")
    for number, one in opened:
        try:
            _fill(stage, table, selected(number, one))
        except duckdb.Error:
            if one.dialect is None:
                raise
            _fill(stage, table, _mended(stage, source, number, one))
    found = [row[0] for row in stage.con.execute(f"DESCRIBE {table}").fetchall()]
    stage.columns[source.name] = {heading(column): column for column in reversed(found) if column[0] != "_"}


def _fill(stage: Stage, table: str, select: str) -> None:
    if stage.rows:
        select = f"SELECT * FROM ({select}) LIMIT {stage.rows}"
    if not stage.number(
        f"SELECT count(*) FROM duckdb_tables() WHERE table_name = {text(table.strip(chr(34)))}"
    ):
        stage.con.execute(f"CREATE TABLE {table} AS {select}")
        return
    known = {row[0].casefold() for row in stage.con.execute(f"DESCRIBE {table}").fetchall()}
    for row in stage.con.execute(f"DESCRIBE {select}").fetchall():
        if row[0].casefold() not in known:
            stage.con.execute(f"ALTER TABLE {table} ADD COLUMN {name(row[0])} VARCHAR")
    stage.con.execute(f"INSERT INTO {table} BY NAME {select}")


def selected(number: int, opened: Opened) -> str:
    """SQL that reads one file as text columns with ``_file`` and ``_row``; a broken record makes it fail."""
    path = text(str(opened.path))
    if opened.dialect is None:
        return (
            f"SELECT {number} AS _file, file_row_number + 1 AS _row, "
            f"{cleaned('CAST(COLUMNS(* EXCLUDE (file_row_number)) AS VARCHAR)')} "
            f"FROM read_parquet({path}, file_row_number = true)"
        )
    mark, quote = text(opened.dialect.delimiter), text(opened.dialect.quote)
    return (
        f"SELECT {number} AS _file, row_number() OVER () + 1 AS _row, {cleaned('COLUMNS(*)')} "
        f"FROM read_csv({path}, auto_detect = false, "
        f"header = true, delim = {mark}, quote = {quote}, escape = {quote}, max_line_size = {LONGEST_LINE}, "
        f"columns = {_columns(opened.headings)})"
    )


def _columns(headings: Sequence[str]) -> str:
    """The headings as DuckDB column names: unnamed ones numbered, repeated ones told apart."""
    seen: set[str] = set()
    pairs = []
    for position, column in enumerate(headings, 1):
        unique = column or f"column {position}"
        while unique.casefold() in seen or unique.startswith("_"):
            unique = f"{unique.lstrip('_')} {position}"
        seen.add(unique.casefold())
        pairs.append(f"{text(unique)}: 'VARCHAR'")
    return "{" + ", ".join(pairs) + "}"


def _mended(stage: Stage, source: Source, number: int, opened: Opened) -> str:
    """The same for a file with broken records, which go to the rejects."""
    dialect = opened.dialect or Dialect(delimiter=",")
    target = stage.folder / f"mended-{number}.csv"
    broken = [
        [source.name, number, one.row, one.reason, one.text]
        for one in mend(_unpacked(stage, opened), dialect, target)
    ]
    if broken:
        stage.con.executemany("INSERT INTO rejects VALUES (?, ?, ?, ?, ?)", broken)
    cells = f"COLUMNS(* EXCLUDE ({ROW_COLUMN}))"
    columns = _columns(opened.headings).replace("{", "{" + f"'{ROW_COLUMN}': 'BIGINT', ", 1)
    return (
        f"SELECT {number} AS _file, {ROW_COLUMN}, {cleaned(cells)} "
        f"FROM read_csv({text(str(target))}, auto_detect = false, header = true, "
        f"delim = ',', quote = '\"', escape = '\"', max_line_size = {LONGEST_LINE}, columns = {columns})"
    )


def _unpacked(stage: Stage, opened: Opened) -> Path:
    if opened.path.name.endswith(".gz") or opened.encoding == "utf-8-sig":
        target = stage.folder / f"plain-{opened.file.digest[:16]}.csv"
        write_utf8(opened.path, "utf-8-sig", target)
        return target
    return opened.path


def _reject(stage: Stage) -> None:
    """Take the rows out that the mapping's own rules reject, with their reasons."""
    for rejection in stage.mapping.rejections:
        if rejection.source not in stage.columns:
            continue
        table = name(f"raw_{rejection.source}")
        holds = condition(rejection.when, Scope(source=rejection.source, columns=stage.columns))
        stage.con.execute(
            f"INSERT INTO rejects SELECT {text(rejection.source)}, _file, _row, {text(rejection.reason)}, NULL "
            f"FROM {table} b ANTI JOIN (SELECT file, row FROM rejects WHERE source = {text(rejection.source)}) r "
            f"ON r.file = b._file AND r.row = b._row WHERE {holds} ORDER BY _file, _row"
        )
