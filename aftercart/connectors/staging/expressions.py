"""One field of a mapping as DuckDB SQL: the value, and in words what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Callable
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


@dataclass(frozen=True, kw_only=True)
class Raw:
    """A field's text, not yet typed, and what is known of it."""

    text: str
    field: Field
    target: Target
    mapping: Mapping


def field_sql(field: Field, target: Target, scope: Scope, mapping: Mapping) -> Expression:
    """The value of a field of one kind, read as the mapping says."""
    raw = _raw(field, scope)
    shown = field.columns[0] if field.columns else ""
    made = _READERS[target.kind](Raw(text=raw, field=field, target=target, mapping=mapping))
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
    if field.first_of:
        found = f"nullif(trim(split_part({found}, {text(field.first_of)}, 1)), '')"
    if field.without:
        prefix = text(field.without)
        rest = f"substr({found}, {len(field.without) + 1})"
        found = f"CASE WHEN starts_with({found}, {prefix}) THEN {rest} ELSE {found} END"
    if field.map:
        pairs = ", ".join(f"{text(ours)}: {text(theirs)}" for ours, theirs in field.map.items())
        unknown = found if field.otherwise is None else f"nullif({text(field.otherwise)}, '')"
        mapped = f"coalesce((MAP {{{pairs}}})[{found}], {unknown})"
        found = f"nullif(CASE WHEN {found} IS NULL THEN NULL ELSE {mapped} END, '')"
    if field.times is not None:
        found = f"coalesce(round(try_cast({found} AS DOUBLE) * {field.times}, 3)::VARCHAR, {found})"
    if field.default is not None:
        found = f"coalesce({found}, {text(field.default)})"
    if field.when is not None:
        found = f"CASE WHEN {condition(field.when, scope)} THEN {found} END"
    return found


def _read(field: Field, scope: Scope) -> str:
    if field.value is not None:
        return text(field.value)
    if field.cases:
        whens = " ".join(
            f"WHEN {condition(case.when, scope)} THEN {text(case.value)}" for case in field.cases
        )
        return f"CASE {whens} END"
    if field.template:
        return _template(field.template, scope)
    if field.alternatives:
        return f"coalesce({', '.join(_raw(one, scope) for one in field.alternatives)})"
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


def _key(it: Raw) -> Expression:
    return Expression(value=it.text, problem=f"length({it.text}) > {it.target.size}")


def _text(it: Raw) -> Expression:
    return Expression(value=f"left(replace({it.text}, chr(0), ''), {it.target.size})")


def _email(it: Raw) -> Expression:
    fits = rf"(length({it.text}) <= 254 AND regexp_full_match({it.text}, '[^@\s]+@[^@\s]+\.[^@\s]+'))"
    return Expression(value=f"CASE WHEN {fits} THEN {it.text} END", problem=f"NOT {fits}", is_lenient=True)


def _country(it: Raw) -> Expression:
    code = f"(SELECT any_value(code) FROM countries c WHERE c.name = lower({it.text}))"
    return Expression(value=code, problem=f"{code} IS NULL", is_lenient=True)


def _number(it: Raw) -> str:
    """A decimal number: thousands marks, currency signs and blanks are left out."""
    mark = it.field.decimal or it.mapping.decimal
    bare = f"regexp_replace({it.text}, '^[^0-9.,+-]+|[^0-9.,]+$', '', 'g')"
    if mark == ",":
        grouped = f"regexp_replace({bare}, '[.\\s' || chr(160) || chr(8239) || '](\\d{{3}})', '\\1', 'g')"
        cast = f"try_cast(replace({grouped}, ',', '.') AS DECIMAL(24, 6))"
    else:
        grouped = f"regexp_replace({bare}, '[,\\s' || chr(160) || chr(8239) || '](\\d{{3}})', '\\1', 'g')"
        cast = f"coalesce(try_cast({it.text} AS DECIMAL(24, 6)), try_cast({grouped} AS DECIMAL(24, 6)))"
    return f"abs({cast})" if it.field.is_absolute else cast


def _integer(it: Raw) -> Expression:
    number = _number(it)
    number = f"round({number}, 0)" if it.target.may_round else number
    whole = f"({number} IS NOT NULL AND {number} = trunc({number}) AND abs({number}) < 2147483648)"
    return Expression(value=f"CASE WHEN {whole} THEN {number}::BIGINT END", problem=f"NOT {whole}")


def _score(it: Raw) -> Expression:
    number = _number(it)
    fits = f"coalesce({number} = trunc({number}) AND {number} BETWEEN 1 AND 5, false)"
    return Expression(value=f"CASE WHEN {fits} THEN {number}::BIGINT END", problem=f"NOT {fits}")


def _money(it: Raw) -> Expression:
    number = _number(it)
    fits = f"coalesce(abs({number}) < 1000000000000, false)"
    return Expression(value=f"CASE WHEN {fits} THEN {number} END", problem=f"NOT {fits}")


def _datetime(it: Raw) -> Expression:
    zone = text(it.field.timezone or it.mapping.timezone or "UTC")
    tries = []
    for form in it.field.formats:
        parsed = f"try_strptime({it.text}, {text(form)})"
        tries.append(f"timezone('UTC', {parsed if '%z' in form else f'timezone({zone}, {parsed})'})")
    tries.append(
        f"CASE WHEN regexp_full_match({it.text}, {ISO_ZONED}) THEN timezone('UTC', coalesce("
        f"try_cast({it.text} AS TIMESTAMPTZ), try_strptime({it.text}, '%Y-%m-%d %H:%M:%S %z')))"
        f" ELSE timezone('UTC', timezone({zone}, try_cast({it.text} AS TIMESTAMP))) END"
    )
    value = f"coalesce({', '.join(tries)})"
    fits = f"coalesce(year({value}) BETWEEN 1970 AND 2200, false)"
    return Expression(value=f"CASE WHEN {fits} THEN {value} END", problem=f"NOT {fits}")


def _date(it: Raw) -> Expression:
    tries = [f"try_strptime({it.text}, {text(form)})::DATE" for form in it.field.formats]
    tries.append(f"try_cast(left({it.text}, 10) AS DATE)")
    value = f"coalesce({', '.join(tries)})"
    return Expression(value=value, problem=f"{value} IS NULL")


def _boolean(it: Raw) -> Expression:
    value = f"CASE WHEN lower({it.text}) IN {YES} THEN true WHEN lower({it.text}) IN {NO} THEN false END"
    return Expression(value=value, problem=f"{value} IS NULL")


def _tags(it: Raw) -> Expression:
    parts = (
        f"list_transform(string_split({it.text}, {text(it.field.separator)}), lambda t: left(trim(t), 60))"
    )
    return Expression(value=f"list_filter({parts}, lambda t: t <> '')")


def _choice(it: Raw) -> Expression:
    fits = f"lower({it.text}) IN ({', '.join(text(word) for word in it.target.choices)})"
    return Expression(
        value=f"CASE WHEN {fits} THEN lower({it.text}) END", problem=f"NOT coalesce({fits}, false)"
    )


_READERS: dict[str, Callable[[Raw], Expression]] = {
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
_SAYS: dict[str, Callable[[Target], str]] = {
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
