"""A file made ready for DuckDB: a path it can read, how to read it, and its headings."""

from __future__ import annotations

import csv
import hashlib
import io
from dataclasses import dataclass
from pathlib import Path

import duckdb

from aftercart.connectors.files.dialect import Dialect, detect_dialect
from aftercart.connectors.files.encoding import PIECE, detect_encoding, is_packed, open_bytes, write_utf8
from aftercart.connectors.files.errors import UnreadableFile

SUFFIXES = (".csv", ".tsv", ".txt", ".csv.gz", ".tsv.gz", ".txt.gz", ".parquet")
GLOB_MARKS = frozenset("*?[]{}")


@dataclass(frozen=True, kw_only=True)
class InputFile:
    """A file the merchant gave. ``digest`` is the SHA-256 of its bytes."""

    path: Path
    name: str
    size: int
    digest: str


@dataclass(frozen=True, kw_only=True)
class Opened:
    """``path`` is readable for DuckDB; ``dialect`` is ``None`` for Parquet."""

    file: InputFile
    path: Path
    headings: tuple[str, ...]
    encoding: str = ""
    dialect: Dialect | None = None


def find_files(paths: list[Path]) -> list[Path]:
    """The files named, and those of the folders named, sorted by name.

    Raises:
        UnreadableFile: when a path is not there, or nothing in it can be imported.
    """
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            found += sorted(child for child in path.iterdir() if child.name.lower().endswith(SUFFIXES))
        elif path.is_file():
            found.append(path)
        else:
            raise UnreadableFile(f"{path} is not there.")
    if not found:
        raise UnreadableFile(
            f"Nothing to import in {', '.join(map(str, paths))}: give {', '.join(SUFFIXES)} files."
        )
    return found


def look_at(path: Path, name: str = "") -> InputFile:
    """The file's name, size and digest."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            digest.update(piece)
    return InputFile(path=path, name=name or path.name, size=path.stat().st_size, digest=digest.hexdigest())


def open_file(file: InputFile, folder: Path, *, encoding: str = "", delimiter: str = "") -> Opened:
    """Make a file ready; what must be rewritten (encoding, an awkward name) is put in ``folder``.

    Raises:
        UnreadableFile: when it is empty, damaged, or of a kind we do not read.
    """
    if file.size == 0:
        raise UnreadableFile(f"{file.name} is empty.")
    with file.path.open("rb") as start:
        first = start.read(4)
    if first == b"PAR1":
        return _open_parquet(file, folder)
    if first == b"PK\x03\x04":
        raise UnreadableFile(f"{file.name} is a spreadsheet or a zip: save it as CSV and give that.")
    encoding = encoding or detect_encoding(file.path)
    path = _plain(file, folder, encoding)
    sample = _sample(path)
    dialect = detect_dialect(sample, delimiter)
    return Opened(
        file=file,
        path=path,
        encoding=encoding,
        dialect=dialect,
        headings=_headings(sample, dialect, file.name),
    )


def _plain(file: InputFile, folder: Path, encoding: str) -> Path:
    """A UTF-8 file DuckDB can name: the given one where possible, without writing anything."""
    if encoding not in {"utf-8", "utf-8-sig"}:
        target = folder / f"{file.digest[:16]}.csv"
        write_utf8(file.path, encoding, target)
        return target
    suffix = ".csv.gz" if is_packed(file.path) else ".csv"
    return _named_plainly(file, folder, suffix)


def _named_plainly(file: InputFile, folder: Path, suffix: str) -> Path:
    """DuckDB takes glob marks in a path for patterns and the suffix for the packing: link around both."""
    path = file.path.resolve()
    if not GLOB_MARKS & set(str(path)) and path.name.endswith(suffix):
        return path
    link = folder / f"{file.digest[:16]}{suffix}"
    link.unlink(missing_ok=True)
    link.symlink_to(path)
    return link


def _sample(path: Path) -> str:
    with open_bytes(path) as file:
        head = file.read(1 << 16).decode("utf-8-sig", errors="replace")
    return head[: head.rfind("\n") + 1] or head


def _headings(sample: str, dialect: Dialect, name: str) -> tuple[str, ...]:
    reader = csv.reader(io.StringIO(sample), delimiter=dialect.delimiter, quotechar=dialect.quote)
    headings = tuple(cell.strip() for cell in next(reader, []))
    if not any(headings):
        raise UnreadableFile(f"{name} has no heading: the first line names the columns.")
    return headings


def _open_parquet(file: InputFile, folder: Path) -> Opened:
    path = _named_plainly(file, folder, ".parquet")
    try:
        with duckdb.connect() as con:
            columns = con.execute("SELECT * FROM read_parquet(?) LIMIT 0", [str(path)]).description
    except duckdb.Error as error:
        raise UnreadableFile(f"{file.name} is not a Parquet file we can read: {error}.") from error
    return Opened(file=file, path=path, headings=tuple(column[0] for column in columns or []))
