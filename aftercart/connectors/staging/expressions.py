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
class Raw:
    """``text`` is SQL of a field's text, not yet typed; beside it what is known of the field."""

    text: str
    field: Field
    target: Target
    mapping: Mapping


def value_sql(raw: str, field: Field, target: Target, mapping: Mapping) -> str:
    """SQL of the typed value of the text ``raw``; null where the text cannot be read as its kind."""
    return _READERS[target.kind](Raw(text=raw, field=field, target=target, mapping=mapping))


def problem_sql(raw: str, value: str, field: Field, target: Target) -> str:
    """SQL of a sentence that says what is wrong with a text that has no value; null when nothing is."""
    if target.kind not in _SAYS:
        return "NULL"
    shown = text(f"{field.columns[0]}: " if field.columns else "")
    said = f"{shown} || '“' || left({raw}, 60) || '”' || {text(_SAYS[target.kind](target))}"
    return f"CASE WHEN {raw} IS NOT NULL AND {value} IS NULL THEN {said} END"


def raw_sql(field: Field, scope: Scope) -> str:
    """SQL of the field's text before it is typed."""
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
        return f"coalesce({', '.join(raw_sql(one, scope) for one in field.alternatives)})"
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


def _key(it: Raw) -> str:
    return f"CASE WHEN length({it.text}) <= {it.target.size} THEN {it.text} END"


def _text(it: Raw) -> str:
    return f"left(replace({it.text}, chr(0), ''), {it.target.size})"


def _email(it: Raw) -> str:
    fits = rf"length({it.text}) <= 254 AND regexp_full_match({it.text}, '[^@\s]+@[^@\s]+\.[^@\s]+')"
    return f"CASE WHEN {fits} THEN {it.text} END"


def _country(it: Raw) -> str:
    return f"(SELECT any_value(code) FROM countries c WHERE c.name = lower({it.text}))"


def _number(it: Raw) -> str:
    """A decimal number: thousands marks, currency signs and blanks are left out."""
    mark = it.field.decimal or it.mapping.decimal
    bare = f"regexp_replace({it.text}, '^[^0-9.,+-]+|[^0-9.,]+$', '', 'g')"
    other = "." if mark == "," else ","
    grouped = f"regexp_replace({bare}, '[{other}\\s' || chr(160) || chr(8239) || '](\\d{{3}})', '\\1', 'g')"
    if mark == ",":
        cast = f"try_cast(replace({grouped}, ',', '.') AS DECIMAL(24, 6))"
    else:
        cast = f"coalesce(try_cast({it.text} AS DECIMAL(24, 6)), try_cast({grouped} AS DECIMAL(24, 6)))"
    return f"abs({cast})" if it.field.is_absolute else cast


def _integer(it: Raw) -> str:
    number = _number(it)
    if it.target.may_round:
        return f"CASE WHEN abs({number}) < 2147483648 THEN round({number}, 0)::BIGINT END"
    plain = f"CASE WHEN regexp_full_match({it.text}, '[+-]?[0-9]{{1,9}}') THEN {it.text}::BIGINT"
    slow = f"WHEN {number} = trunc({number}) AND abs({number}) < 2147483648 THEN {number}::BIGINT END"
    return f"abs({plain} {slow})" if it.field.is_absolute else f"{plain} {slow}"


def _score(it: Raw) -> str:
    number = _number(it)
    return f"CASE WHEN {number} = trunc({number}) AND {number} BETWEEN 1 AND 5 THEN {number}::BIGINT END"


def _money(it: Raw) -> str:
    number = _number(it)
    return f"CASE WHEN abs({number}) < 1000000000000 THEN {number} END"


def _datetime(it: Raw) -> str:
    """In UTC, without a zone of its own; a zone in the text counts before the mapping's."""
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
    return f"CASE WHEN year({value}) BETWEEN 1970 AND 2200 THEN {value} END"


def _date(it: Raw) -> str:
    tries = [f"try_strptime({it.text}, {text(form)})::DATE" for form in it.field.formats]
    return f"coalesce({', '.join([*tries, f'try_cast(left({it.text}, 10) AS DATE)'])})"


def _boolean(it: Raw) -> str:
    return f"CASE WHEN lower({it.text}) IN {YES} THEN true WHEN lower({it.text}) IN {NO} THEN false END"


def _tags(it: Raw) -> str:
    parts = (
        f"list_transform(string_split({it.text}, {text(it.field.separator)}), lambda t: left(trim(t), 60))"
    )
    return f"list_filter({parts}, lambda t: t <> '')"


def _choice(it: Raw) -> str:
    words = ", ".join(text(word) for word in it.target.choices)
    return f"CASE WHEN lower({it.text}) IN ({words}) THEN lower({it.text}) END"


_READERS: dict[str, Callable[[Raw], str]] = {
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
