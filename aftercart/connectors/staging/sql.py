"""Pieces of DuckDB SQL made from what a mapping says. Every text is quoted; no SQL comes from outside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from aftercart.connectors.mapping.conditions import MappingError
from aftercart.connectors.mapping.model import Condition

BLANKS = r"' \t\r\n' || chr(160) || chr(65279)"
TRIMMED = "E" + BLANKS


def text(value: str) -> str:
    """A text literal."""
    return "'" + value.replace("'", "''") + "'"


def name(value: str) -> str:
    """A quoted identifier."""
    return '"' + value.replace('"', '""') + '"'


def heading(column: str) -> str:
    """A column's heading as it is compared: without blanks around it, case-folded."""
    return column.strip().strip("\ufeff").casefold()


@dataclass
class Scope:
    """Which columns an expression may name: our source's, and ``source.column`` of those joined to it.

    ``used`` collects our source's columns that were asked for.
    """

    source: str
    columns: Mapping[str, Mapping[str, str]]
    joined: tuple[str, ...] = ()
    used: set[str] = field(default_factory=set)
    missing: set[str] = field(default_factory=set)

    def column(self, reference: str) -> str:
        """A column of a raw table, ``NULL`` when the file does not have it."""
        before, dot, after = reference.partition(".")
        if dot and before in self.joined:
            found = self.columns.get(before, {}).get(heading(after))
            return f"{name('j_' + before)}.{name(found)}" if found else self._lack(reference)
        found = self.columns[self.source].get(heading(reference))
        if found is None:
            return self._lack(reference)
        self.used.add(found)
        return f"b.{name(found)}"

    def _lack(self, reference: str) -> str:
        self.missing.add(reference)
        return "NULL::VARCHAR"


def cleaned(cell: str) -> str:
    """A cell as raw tables hold it: without blanks around it, null when nothing is left."""
    return f"nullif(trim({cell}, {TRIMMED}), '')"


def condition(test: Condition, scope: Scope) -> str:
    """A condition that is true or false, never null.

    Raises:
        MappingError: when a column it needs is in no file.
    """
    if test.op == "not":
        return f"NOT ({condition(test.parts[0], scope)})"
    if test.op in {"all", "any"}:
        glue = " AND " if test.op == "all" else " OR "
        return "(" + glue.join(condition(part, scope) for part in test.parts) + ")"
    column = scope.column(test.column)
    if test.column in scope.missing:
        raise MappingError(f"the source {scope.source}", f"has no column {test.column!r}")
    return f"coalesce({_test(test, column)}, false)"


def _test(test: Condition, column: str) -> str:
    value = test.values[0]
    one = text(value)
    tests = {
        "is": f"{column} = {one}",
        "starts_with": f"starts_with({column}, {one})",
        "ends_with": f"ends_with({column}, {one})",
        "contains": f"contains({column}, {one})",
        "matches": f"regexp_full_match({column}, {one})",
        "is_empty": f"{column} IS {'' if value == 'yes' else 'NOT '}NULL",
        "one_of": f"{column} IN ({', '.join(text(v) for v in test.values)})",
        "none_of": f"({column} IS NULL OR {column} NOT IN ({', '.join(text(v) for v in test.values)}))",
        "above": f"try_cast({column} AS DECIMAL(24, 6)) > {one}::DECIMAL(24, 6)",
        "below": f"try_cast({column} AS DECIMAL(24, 6)) < {one}::DECIMAL(24, 6)",
    }
    return tests[test.op]
