"""The tests as database conditions, each true or false and never null, alike on SQLite and PostgreSQL."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeAlias

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BigIntegerField, BooleanField, Field, Q, TextField, Value
from django.db.models.expressions import Combinable, Func
from django.db.models.functions import ExtractDay, ExtractMonth, NullIf
from django.db.models.lookups import IsNull
from django.db.models.sql.compiler import SQLCompiler

from aftercart.kernel.rules import conditions as c
from aftercart.kernel.rules.kinds import CHOICE, COUNTRY, NUMBER, TEXT, Kind
from aftercart.kernel.rules.text import SPELLINGS, How, fits, fold, spellings


@dataclass(frozen=True)
class Column:
    """A fact in SQL. ``scale`` is 10 to the decimals a number keeps, by which it becomes a whole number.

    ``currency`` goes with money. ``over`` makes it an average: the value is a sum to be divided by ``over``.
    """

    kind: Kind
    value: Combinable
    field: Field[Any, Any]
    scale: int = 1
    currency: Combinable | None = None
    over: Combinable | None = None


def condition(test: c.Test, column: Column) -> Q:
    """The rows whose column passes the test."""
    if isinstance(test, (c.Has, c.Empty)):
        return _list(test, column)
    if isinstance(test, c.InCurrency):
        same = Compare(column.currency, "=", Value(test.currency, output_field=TextField()))
        return _known(column) & Q(same) & _plain(test.test, column)
    if isinstance(test, c.Known):
        return _known(column) if test.wanted else ~_known(column)
    return _known(column) & _plain(test, column)


def _plain(test: c.Between | c.OneOf | c.Matches | c.OnDays, column: Column) -> Q:
    if isinstance(test, c.Between):
        return _between(test, column)
    if isinstance(test, c.Matches):
        return _matches(test, column)
    if isinstance(test, c.OnDays):
        day = ExtractMonth(column.value) * 100 + ExtractDay(column.value)
        return Q(
            Contained(day, *[Value(number, output_field=BigIntegerField()) for number in sorted(test.days)])
        )
    values = [_wanted(value, column) for value in sorted(test.values)]
    found = Q(Contained(column.value, *values))
    return ~found if test.negated else found


def _known(column: Column) -> Q:
    is_text = column.kind in (TEXT, CHOICE, COUNTRY)
    value = NullIf(column.value, Value(""), output_field=TextField()) if is_text else column.value
    known = Q(IsNull(value, False))
    if column.currency is not None:
        known &= Q(IsNull(NullIf(column.currency, Value(""), output_field=TextField()), False))
    return known


def _between(test: c.Between, column: Column) -> Q:
    found = Q()
    if test.low is not None:
        found &= Q(Compare(column.value, ">" if test.low_open else ">=", _wanted(test.low, column)))
    if test.high is not None:
        found &= Q(Compare(column.value, "<" if test.high_open else "<=", _wanted(test.high, column)))
    return found


def _wanted(value: Any, column: Column) -> Combinable:
    if column.kind is NUMBER and column.scale != 1:
        value = int(value * column.scale)
    wanted = Value(value, output_field=column.field)
    if column.over is None:
        return wanted
    return Func(
        wanted, column.over, template="(%(expressions)s)", arg_joiner=" * ", output_field=column.field
    )


def _matches(test: c.Matches, column: Column) -> Q:
    found = Q(TextFits(column.value, test.how, test.wanted, every=test.need == "all"))
    return ~found if test.need == "none" else found


def _list(test: c.Has | c.Empty, column: Column) -> Q:
    if isinstance(test, c.Empty):
        anything = Q(ListFits(column.value, ()))
        return ~anything if test.wanted else anything
    if test.need == "all":
        found = Q()
        for text in test.wanted:
            found &= Q(ListFits(column.value, (text,)))
        return found
    found = Q(ListFits(column.value, test.wanted))
    return ~found if test.need == "none" else found


Sql: TypeAlias = tuple[str, tuple[Any, ...]]
SQLITE_ENTRIES = (
    "EXISTS (SELECT 1 FROM json_each(%(expressions)s) item"
    " WHERE typeof(item.key) = 'integer' AND item.type = 'text' %(more)s)"
)
POSTGRESQL_ENTRIES = (
    "EXISTS (SELECT 1 FROM jsonb_path_query(%(expressions)s, 'strict $[*]', '{}', true) item(value)"
    " WHERE jsonb_typeof(item.value) = 'string' %(more)s)"
)


class _Condition(Func):
    """An expression that is a condition."""

    output_field = BooleanField()


class Whole(Func):
    """A number with decimals as a whole number of its last decimal, rounded half away from zero."""

    output_field = BigIntegerField()
    template = "CAST(ROUND(%(expressions)s * %(scale)s) AS INTEGER)"

    def __init__(self, value: Any, scale: int) -> None:
        super().__init__(value, scale=scale)

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> Sql:
        return self.as_sql(
            compiler, connection, template="ROUND((%(expressions)s)::numeric * %(scale)s)::bigint", **context
        )


class Compare(_Condition):
    """``left operator right``."""

    def __init__(self, left: Any, operator: str, right: Any) -> None:
        super().__init__(left, right, arg_joiner=f" {operator} ", template="(%(expressions)s)")


class Contained(_Condition):
    """``value IN (...)``, of at least one."""

    def __init__(self, value: Any, *values: Any) -> None:
        super().__init__(value, _Constants(*values), arg_joiner=" IN ", template="(%(expressions)s)")


class _Constants(Func):
    """``(1, 2)``: never a part of GROUP BY, where PostgreSQL would take numbers for positions."""

    template = "(%(expressions)s)"

    def get_group_by_cols(self) -> list[Any]:
        return []


class TextFits(_Condition):
    """A text column fits any of the folded texts, or every one of them."""

    def __init__(self, value: Any, how: How, wanted: tuple[str, ...], *, every: bool = False) -> None:
        super().__init__(value)
        self.how, self.wanted, self.each = how, wanted, "ALL" if every else "ANY"

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> Sql:
        sql, params = compiler.compile(self.get_source_expressions()[0])
        if self.how == "is":
            marks = ", ".join(["%s"] * len(self.wanted))
            return f"(aftercart_fold({sql}) IN ({marks}))", (*params, *self.wanted)
        return f"aftercart_fits({sql}, %s, %s, %s)", (*params, self.how, self.each, json.dumps(self.wanted))

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> Sql:
        folded, params = _folded(compiler.compile(self.get_source_expressions()[0]), self.wanted)
        if self.how == "is":
            return f"({folded} = ANY(%s))", (*params, list(self.wanted))
        return f"({folded} LIKE {self.each}(%s))", (*params, [_like(self.how, text) for text in self.wanted])


class ListFits(_Condition):
    """A JSON list has an entry that is any of the folded texts; of none wanted, any text entry at all."""

    def __init__(self, value: Any, wanted: tuple[str, ...]) -> None:
        super().__init__(value)
        self.wanted = wanted

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> Sql:
        marks = ", ".join(["%s"] * len(self.wanted))
        more = f"AND aftercart_fold(item.value) IN ({marks})" if marks else ""
        sql, params = self.as_sql(compiler, connection, template=SQLITE_ENTRIES, more=more, **context)
        return sql, (*params, *self.wanted)

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> Sql:
        folded, texts = _folded(("item.value #>> '{}'", ()), self.wanted)
        more = f"AND {folded} = ANY(%s)" if self.wanted else ""
        sql, params = self.as_sql(compiler, connection, template=POSTGRESQL_ENTRIES, more=more, **context)
        return sql, (*params, *texts, list(self.wanted)) if self.wanted else params


def _folded(compiled: tuple[str, Sequence[Any]], wanted: tuple[str, ...]) -> Sql:
    """A PostgreSQL text folded as far as matters to the wanted texts, compared by code point."""
    sql, params = compiled
    prepared: Sql = (f"normalize({sql}, NFKC)", tuple(params))
    for spelling, plain in SPELLINGS:
        prepared = (f"replace({prepared[0]}, %s, %s)", (*prepared[1], spelling, plain))
    folded = f'translate(lower({prepared[0]} COLLATE "C"), %s, %s)'
    is_ascii, lowered = f"octet_length({sql}) = char_length({sql})", f'lower({sql} COLLATE "C")'
    return (
        f'(CASE WHEN {is_ascii} THEN {lowered} ELSE {folded} END COLLATE "C")',
        (*params, *params, *params, *prepared[1], *spellings(wanted)),
    )


def _like(how: How, text: str) -> str:
    escaped = re.sub(r"[\\%_]", r"\\\g<0>", text)
    return ("" if how == "starts" else "%") + escaped + ("" if how == "ends" else "%")


def install_text_functions(connection: BaseDatabaseWrapper) -> None:
    """Teach a SQLite connection how texts are folded and fitted."""
    if connection.vendor == "sqlite":
        database: sqlite3.Connection = connection.connection
        database.create_function("aftercart_fold", 1, _fold_or_null, deterministic=True)
        database.create_function("aftercart_fits", 4, _fits, deterministic=True)


def _fold_or_null(text: Any) -> str | None:
    return None if text is None else fold(str(text))


def _fits(text: Any, how: How, each: str, wanted: str) -> bool | None:
    if text is None:
        return None
    folded = fold(str(text))
    found = (fits(how, folded, one) for one in _listed(wanted))
    return all(found) if each == "ALL" else any(found)


@lru_cache(maxsize=256)
def _listed(texts: str) -> tuple[str, ...]:
    return tuple(json.loads(texts))
