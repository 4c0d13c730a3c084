"""The DuckDB file a run works in: how much memory it may take, where it spills, what every stage needs."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
from babel import Locale

from aftercart.connectors.mapping.model import Mapping
from aftercart.customers.models import LANGUAGES, email_key
from aftercart.orders.addresses import postcode_key

MEMORY = "110MB"
MEMORY_WRITING = "60MB"  # batches are small; what is kept beyond that only adds to the process
THREADS = 2


@dataclass(kw_only=True)
class Stage:
    """An open staging database. ``columns`` holds, per source that has files, heading -> column; ``rows`` is
    the most that is read of each file, 0 for all."""

    con: duckdb.DuckDBPyConnection
    folder: Path
    mapping: Mapping
    columns: dict[str, dict[str, str]] = field(default_factory=dict)
    notes: dict[str, int] = field(default_factory=dict)
    rows: int = 0

    def lessen_memory(self) -> None:
        """Give back what staging needed and writing does not."""
        self.con.execute(f"SET memory_limit = '{MEMORY_WRITING}'")

    def number(self, query: str) -> int:
        """The one whole number a query gives; nothing counts as 0."""
        rows = self.con.execute(query).fetchall()
        return int(rows[0][0] or 0) if rows else 0


def open_stage(folder: Path, mapping: Mapping) -> Stage:
    """A fresh staging database in ``folder``; what an earlier, cut off staging left there is removed."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    con = duckdb.connect(str(folder / "stage.duckdb"))
    con.execute(f"SET memory_limit = '{MEMORY}'")
    con.execute(f"SET threads = {THREADS}")
    con.execute("SET GLOBAL TimeZone = 'UTC'")  # for the cursors of the lanes too
    con.execute("SET temp_directory = $folder", {"folder": str(folder / "spill")})
    con.execute("SET enable_progress_bar = false")
    con.create_function("email_key", email_key, ["VARCHAR"], "VARCHAR")
    con.create_function("postcode_key", postcode_key, ["VARCHAR"], "VARCHAR")
    con.execute(
        "CREATE TABLE rejects (source VARCHAR, file INTEGER, row BIGINT, reason VARCHAR, line VARCHAR)"
    )
    con.execute("CREATE TABLE files (file INTEGER, name VARCHAR, source VARCHAR)")
    _countries(con)
    return Stage(con=con, folder=folder, mapping=mapping)


def _countries(con: duckdb.DuckDBPyConnection) -> None:
    """ISO codes under themselves and under their names in the five languages."""
    names: dict[str, str] = {"uk": "GB", "usa": "US", "eire": "IE", "rsa": "ZA", "holland": "NL"}
    for language in LANGUAGES:
        for code, name in Locale(language).territories.items():
            if len(code) == 2 and code.isalpha() and code not in {"EU", "EZ", "UN", "ZZ", "XA", "XB", "QO"}:
                names.setdefault(name.lower(), code)
                names.setdefault(code.lower(), code)
    con.execute(
        "CREATE TABLE countries AS SELECT unnest($names) AS name, unnest($codes) AS code",
        {"names": list(names), "codes": list(names.values())},
    )
