"""Where the expressions run: DuckDB in this process, or Spark. The expressions are the same."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, Protocol

import ibis
import ibis.expr.types as ir
from django.conf import settings

Files = Mapping[str, Sequence[Path]]
JAVA_HINT = (
    "PySpark needs Java 17 or 21 and found none. Install one: `apt-get install openjdk-17-jre-headless` "
    "on Debian, `brew install openjdk@17` on a Mac, or `pip install install-jdk` and "
    "`python -c \"import jdk; print(jdk.install('17', jre=True))\"` anywhere; then set JAVA_HOME to it."
)
SPARK_HINT = "The spark engine needs the extra: `pip install aftercart[spark]`."


class EngineMissing(Exception):
    """The engine cannot run here. The message says what to install."""


class Engine(Protocol):
    """Something Ibis expressions run on."""

    def open(self, files: Files) -> AbstractContextManager[Any]:
        """An Ibis connection with a view for each table of Parquet files.

        Raises:
            EngineMissing: when the engine cannot run here.
        """

    def keep(self, connection: Any, name: str, expression: ir.Table) -> ir.Table:
        """Compute a table that several expressions share; it lives while the connection is open."""

    def rows(self, connection: Any, expression: ir.Table) -> list[dict[str, Any]]:
        """The rows of an expression as plain Python values."""


class DuckDB:
    """In this process. Sorting spills to the data directory, memory is bounded (``FIGURES_MEMORY``)."""

    @contextmanager
    def open(self, files: Files) -> Iterator[Any]:
        """A database in memory that only reads the files."""
        connection = ibis.duckdb.connect(
            ":memory:",
            temp_directory=str(Path(settings.DATA_DIR) / "parquet" / ".spill"),
            memory_limit=getattr(settings, "FIGURES_MEMORY", "2GB"),
            autoinstall_known_extensions=False,
            autoload_known_extensions=False,
            preserve_insertion_order=False,
        )
        try:
            connection.raw_sql("SET TimeZone = 'UTC'")
            for name, paths in files.items():
                connection.read_parquet([str(path) for path in paths], table_name=name)
            yield connection
        finally:
            connection.disconnect()

    def keep(self, connection: Any, name: str, expression: ir.Table) -> ir.Table:
        """As a temporary table."""
        connection.raw_sql(f"CREATE TEMP TABLE {name} AS {ibis.to_sql(expression, dialect='duckdb')}")
        kept: ir.Table = connection.table(name)
        return kept

    def rows(self, connection: Any, expression: ir.Table) -> list[dict[str, Any]]:
        """Through Arrow."""
        return list(connection.to_pyarrow(expression).to_pylist())


class Spark:
    """On Spark, here or on a cluster (``SPARK_MASTER``, ``local[*]`` by default).

    The session stays open for the process, since starting one takes seconds.
    """

    @contextmanager
    def open(self, files: Files) -> Iterator[Any]:
        """The process's session, with this caller's views."""
        session = _spark_session().newSession()
        connection = ibis.pyspark.connect(session)
        for name, paths in files.items():
            session.read.parquet(*[str(path) for path in paths]).createOrReplaceTempView(name)
        yield connection
        session.catalog.clearCache()

    def keep(self, connection: Any, name: str, expression: ir.Table) -> ir.Table:
        """As a cached view."""
        session = connection._session  # noqa: SLF001 - ibis has no public name for it
        frame = session.sql(str(ibis.to_sql(expression, dialect="pyspark")))
        frame.cache().createOrReplaceTempView(name)
        kept: ir.Table = connection.table(name)
        return kept

    def rows(self, connection: Any, expression: ir.Table) -> list[dict[str, Any]]:
        """Collected as they are: Spark's way over pandas stumbles on pandas 3."""
        session = connection._session  # noqa: SLF001 - ibis has no public name for it
        return [
            row.asDict() for row in session.sql(str(ibis.to_sql(expression, dialect="pyspark"))).collect()
        ]


def _spark_session() -> Any:
    try:
        from pyspark.sql import SparkSession  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise EngineMissing(SPARK_HINT) from error
    if not (os.environ.get("JAVA_HOME") or shutil.which("java")):
        raise EngineMissing(JAVA_HINT)
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = SparkSession.builder.master(os.environ.get("SPARK_MASTER", "local[*]")).appName("aftercart")
    for key, value in {
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.shuffle.partitions": os.environ.get("SPARK_PARTITIONS", "8"),
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
    }.items():
        builder = builder.config(key, value)
    return builder.getOrCreate()


ENGINES: Mapping[str, Engine] = {"duckdb": DuckDB(), "spark": Spark()}
