"""One field of a mapping as DuckDB SQL: the value, and in words what is wrong with it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from aftercart.connectors.mapping.model import Field, Mapping
from aftercart.connectors.mapping.targets import Target
from aftercart.connectors.staging.sql import Scope, condition, text

ISO_ZONED = r"'.*\d{1,2}:\d{2}.*(Z|[+-]\d{2}:?\d{2})'"
YES = "('true', 'yes', 'y', '1', 'on', 't', 'tak', 'да', 'はい', 'ใช่', 'x')"
NO = "('false', 'no', 'n', '0', 'off', 'f', 'nie', 'нет', 'いいえ', 'ไม่')"


@dataclass(frozen=True, kw_only=True)
class Expression:
    """``value`` is typed SQL; ``problem`` is SQL that is null or a sentence. ``is_lenient`` values become
    empty instead of rejecting their row, and are counted."""

    value: str
    problem: str = "NULL"
    is_lenient: bool = False


def field_sql(field: Field, target: Target, scope: Scope, mapping: Mapping) -> Expression:
    """The value of a field of one kind, read as the mapping says."""
    raw = _raw(field, scope)
    shown = field.columns[0] if field.columns else ""
    reader = _READERS[target.kind]
    made = reader(raw, field, target, mapping)
    if made.problem == "NULL":
        return made
    what = f"{text(shown + ': ' if shown else '')} || chr(8220) || left({raw}, 60) || chr(8221)"
    sentence = f"CASE WHEN {raw} IS NOT NULL AND {made.problem} THEN {what} || {text(_SAYS[target.kind](target))} END"
    return Expression(value=made.value, problem=sentence, is_lenient=made.is_lenient)


def _raw(field: Field, scope: Scope) -> str:
    """The field's text before it is typed."""
    found = _read(field, scope)
    if field.strip:
        found = f"nullif(trim({found}, {text(field.strip)}), '')"
    if field.without:
        prefix = text(field.without)
        found = f"CASE WHEN starts_with({found}, {prefix}) THEN substr({found}, {len(field.without) + 1}) ELSE {found} END"
    if field.map:
        pairs = ", ".join(f"{text(ours)}: {text(theirs)}" for ours, theirs in field.map.items())
        unknown = found if field.otherwise is None else f"nullif({text(field.otherwise)}, '')"
        found = f"nullif(CASE WHEN {found} IS NULL THEN NULL ELSE coalesce((MAP {{{pairs}}})[{found}], {unknown}) END, '')"
    if field.default is not None:
        found = f"coalesce({found}, {text(field.default)})"
    if field.when is not None:
        found = f"CASE WHEN {condition(field.when, scope)} THEN {found} END"
    return found


def _read(field: Field, scope: Scope) -> str:
    if field.value is not None:
        return text(field.value)
    if field.cases:
        whens = " ".join(f"WHEN {condition(case.when, scope)} THEN {text(case.value)}" for case in field.cases)
        return f"CASE {whens} END"
    if field.template:
        return _template(field.template, scope)
    columns = [scope.column(column) for column in field.columns]
    if field.joined_by is not None:
        return f"nullif(concat_ws({text(field.joined_by)}, {', '.join(columns)}), '')"
    return columns[0] if len(columns) == 1 else f"coalesce({', '.join(columns)})"


def _template(template: str, scope: Scope) -> str:
    """``"{category} {id:8}"``: columns in braces, cut to a length after the colon."""
    parts = []
    for part in re.split(r"(\{[^{}]+\})", template):
        if part.startswith("{") and part.endswith("}"):
            column, _, length = part[1:-1].partition(":")
            value = f"coalesce({scope.column(column)}, '')"
            parts.append(f"left({value}, {int(length)})" if length.isdigit() else value)
        elif part:
            parts.append(text(part))
    return f"nullif(trim({' || '.join(parts)}), '')"


def _key(raw: str, field: Field, target: Target, mapping: Mapping) -> Expression:
    return Expression(value=raw, problem=f"length({raw}) > {target.size}")


def _text(raw: str, field: Field, target: Target, mapping: Mapping) -> Expression:
    return Expression(value=f"left(replace({raw}, chr(0), ''), {target.size})")


def _email(raw: str, field: Field, target: Target, mapping: Mapping) -> Expression:
    fits = rf"(length({raw}) <= 254 AND regexp_full_match({raw}, '[^@\s]+@[^@\s]+\.[^@\s]+'))"
    return Expression(value=f"CASE WHEN {fits} THEN {raw} END", problem=f"NOT {fits}", is_lenient=True)


def _country(raw: str, field: Field, target: Target, mapping: Mapping) -> Expression:
    code = f"(SELECT any_value(code) FROM countries c WHERE c.name = lower({raw}))"
    return Expression(value=code, problem=f"{code} IS NULL", is_lenient=True)


def _number(raw: str, field: Field, mapping: Mapping) -> str:
    """A decimal number: thousands marks, currency signs and blanks are left out."""
    mark = field.decimal or mapping.decimal
    bare = f"regexp_replace({raw}, '^[^0-9.,+-]+|[^0-9.,]+$', '', 'g')"
    if mark == ",":
        grouped = f"regexp_replace({bare}, '[.\\s' || chr(160) || chr(8239) || '](\\d{{3}})', '\\1', 'g')"
        cast = f"try_cast(replace({grouped}, ',', '.') AS DECIMAL(24, 6))"
    else:
        grouped = f"regexp_replace({bare}, '[,\\s' || chr(160) || chr(8239) || '](\\d{{3}})', '\\1', 'g')"
        cast = f"coalesce(try_cast({raw} AS DECIMAL(24, 6)), try_cast({grouped} AS DECIMAL(24, 6)))"
    return f"abs({cast})" if field.is_absolute else cast


def _integer(raw: str, field: Field, target: Target, mapping: Mapping) -> Expression:
    number = _number(raw, field, mapping)
    whole = f"({number} IS NOT NULL AND {number} = trunc({number}) AND abs({number}) < 2147483648)"
    return Expression(value=f"CASE WHEN {whole} THEN {number}::BIGINT END", problem=f"NOT {whole}")


def _score(raw: str, field: Field, target: Target, mapping: Mapping) -> Expression:
    number = _number(raw, field, mapping)
    fits = f"coalesce({number} = trunc({number}) AND {number} BETWEEN 1 AND 5, false)"
    return Expression(value=f"CASE WHEN {fits} THEN {number}::BIGINT END", problem=f"NOT {fits}")


def _money(raw: str, field: Field, target: Target, mapping: Mapping) -> Expression:
    number = _number(raw, field, mapping)
    fits = f"coalesce(abs({number}) < 1000000000000, false)"
    return Expression(value=f"CASE WHEN {fits} THEN {number} END", problem=f"NOT {fits}")


def _datetime(raw: str, field: Field, target: Target, mapping: Mapping) -> Expression:
    zone = text(field.timezone or mapping.timezone or "UTC")
    tries = []
    for form in field.formats:
        parsed = f"try_strptime({raw}, {text(form)})"
        tries.append(f"timezone('UTC', {parsed if '%z' in form else f'timezone({zone}, {parsed})'})")
    tries.append(
        f"CASE WHEN regexp_full_match({raw}, {ISO_ZONED}) THEN timezone('UTC', coalesce("
        f"try_cast({raw} AS TIMESTAMPTZ), try_strptime({raw}, '%Y-%m-%d %H:%M:%S %z')))"
        f" ELSE timezone('UTC', timezone({zone}, try_cast({raw} AS TIMESTAMP))) END"
    )
    value = f"coalesce({', '.join(tries)})"
    fits = f"coalesce(year({value}) BETWEEN 1970 AND 2200, false)"
    return Expression(value=f"CASE WHEN {fits} THEN {value} END", problem=f"NOT {fits}")


def _date(raw: str, field: Field, target: Target, mapping: Mapping) -> Expression:
    tries = [f"try_strptime({raw}, {text(form)})::DATE" for form in field.formats]
    tries.append(f"try_cast(left({raw}, 10) AS DATE)")
    value = f"coalesce({', '.join(tries)})"
    return Expression(value=value, problem=f"{value} IS NULL")


def _boolean(raw: str, field: Field, target: Target, mapping: Mapping) -> Expression:
    value = f"CASE WHEN lower({raw}) IN {YES} THEN true WHEN lower({raw}) IN {NO} THEN false END"
    return Expression(value=value, problem=f"{value} IS NULL")


def _tags(raw: str, field: Field, target: Target, mapping: Mapping) -> Expression:
    parts = f"list_transform(string_split({raw}, {text(field.separator)}), lambda t: left(trim(t), 60))"
    return Expression(value=f"list_filter({parts}, lambda t: t <> '')")


def _choice(raw: str, field: Field, target: Target, mapping: Mapping) -> Expression:
    fits = f"lower({raw}) IN ({', '.join(text(word) for word in target.choices)})"
    return Expression(value=f"CASE WHEN {fits} THEN lower({raw}) END", problem=f"NOT coalesce({fits}, false)")


_READERS = {
    "key": _key,
    "text": _text,
    "email": _email,
    "country": _country,
    "integer": _integer,
    "score": _score,
    "money": _money,
    "datetime": _datetime,
    "date": _date,
    "boolean": _boolean,
    "tags": _tags,
    "choice": _choice,
}
_SAYS = {
    "key": lambda target: f" is longer than {target.size} characters",
    "email": lambda target: " is no e-mail address",
    "country": lambda target: " is no country we know",
    "integer": lambda target: " is not a whole number",
    "score": lambda target: " is not a score from 1 to 5",
    "money": lambda target: " is not an amount",
    "datetime": lambda target: " is not a date and time we can read",
    "date": lambda target: " is not a date we can read",
    "boolean": lambda target: " is neither yes nor no",
    "choice": lambda target: f" is none of {', '.join(target.choices)}",
}
