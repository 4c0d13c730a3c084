"""Asking: figures computed on an engine over one state of the export."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

import ibis
import ibis.expr.types as ir

from aftercart.insights import figures
from aftercart.insights.engines import ENGINES, Engine, Files
from aftercart.insights.export.manifest import Manifest
from aftercart.insights.export.tables import TABLES
from aftercart.insights.figures.figure import Figure, Question, Shape, registry
from aftercart.insights.figures.tables import Exported, Tables

assert figures  # importing the package declares the figures

Row = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A figure's rows, as dictionaries of plain Python values."""

    figure: Figure
    question: Question
    rows: tuple[Row, ...]
    seconds: float

    @property
    def sql(self) -> str:
        """The SQL, in DuckDB's dialect, that gives the same over the exported tables."""
        return sql_of(self.figure.key, self.question)

    def in_currency(self, currency: str | None) -> float | int | None:
        """A tile's value in a currency; figures that are not in money have one value in all."""
        if not self.figure.in_money:
            return self.value
        return next((row["value"] for row in self.rows if row["currency"] == currency), None)

    @property
    def value(self) -> float | int | None:
        """A tile's value (of the leading currency, when it is in money)."""
        return self.rows[0]["value"] if self.rows else None

    @property
    def n(self) -> int:
        """How many stand behind a tile's value."""
        return int(self.rows[0]["n"]) if self.rows else 0


@dataclass
class Asker:
    """Answers questions over one state of the export; what several figures share is computed once."""

    engine: Engine
    connection: Any
    exported: Exported
    _kept: dict[str, ir.Table] = field(default_factory=dict)

    def ask(self, figure: Figure, question: Question) -> Answer:
        """Compute a figure."""
        started = time.perf_counter()
        tables = Tables(exported=self.exported, question=question, keep=self._keep)
        expression = _sorted(figure, figure.expression(tables, question))
        found = _plain(self.engine.rows(self.connection, expression), expression)
        return Answer(
            figure=figure,
            question=question,
            rows=tuple(found),
            seconds=time.perf_counter() - started,
        )

    def _keep(self, name: str, expression: ir.Table) -> ir.Table:
        if name not in self._kept:
            self._kept[name] = self.engine.keep(self.connection, name, expression)
        return self._kept[name]


def _sorted(figure: Figure, expression: ir.Table) -> ir.Table:
    """The currency with most behind it leads; its code decides between equals."""
    if figure.in_money and figure.shape is Shape.TILE:
        return expression.order_by(ibis.desc("n"), "currency")
    return expression


def _plain(rows: list[dict[str, Any]], expression: ir.Table) -> list[dict[str, Any]]:
    """Dates as dates: an engine may give the moment at which a day begins."""
    dates = [name for name, kind in expression.schema().items() if kind.is_date()]
    return [
        row | {name: row[name].date() for name in dates if isinstance(row[name], datetime)} for row in rows
    ]


@contextmanager
def asker(files: Files, *, engine: str = "duckdb") -> Iterator[Asker]:
    """Open an engine over the files of the exported tables.

    Raises:
        KeyError: when there is no such engine.
        EngineMissing: when it cannot run here.
    """
    with ENGINES[engine].open(files) as connection:
        tables = {name: connection.table(name) for name in TABLES}
        yield Asker(engine=ENGINES[engine], connection=connection, exported=Exported(**tables))


def files_of(manifest: Manifest) -> Files:
    """The files of each exported table."""
    return {name: manifest.paths(name) for name in TABLES}


@lru_cache(maxsize=500)
def sql_of(key: str, question: Question) -> str:
    """A figure's question as SQL over tables named as the exported ones."""
    unread = {name: ibis.table(ibis.schema(table.schema), name=name) for name, table in TABLES.items()}
    tables = Tables(exported=Exported(**unread), question=question)
    figure = registry[key]
    return str(ibis.to_sql(_sorted(figure, figure.expression(tables, question)), dialect="duckdb"))


def figure_named(key: str) -> Figure:
    """The figure with this key.

    Raises:
        LookupError: with the keys there are.
    """
    if key not in registry:
        raise LookupError(f"There is no figure {key!r}; there are {', '.join(registry)}.")
    return registry[key]
