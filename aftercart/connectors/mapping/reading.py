"""TOML to a checked :class:`Mapping`; whatever is wrong is said with its place in the file."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from aftercart.connectors.mapping.conditions import MappingError, read_condition
from aftercart.connectors.mapping.model import Case, Credit, Entity, Field, Join, Mapping, Rejection, Source
from aftercart.connectors.mapping.targets import ENTITIES, Target
from aftercart.kernel.money import MoneyError, exponent

TOP = {
    *("name", "title", "about", "channel", "currency", "timezone", "decimal", "total_from"),
    *("source", "reject", "credit", *ENTITIES),
}
FIELD = {
    *("column", "columns", "template", "value", "joined_by", "cases", "strip", "without", "map", "otherwise"),
    *("default", "format", "formats", "timezone", "decimal", "separator", "absolute", "when"),
    *("alternatives", "first_of", "times"),
}
SOURCES = ("column", "columns", "template", "value", "cases", "alternatives")
SAME = ("customer", "sku", "unit_price")


def read_mapping(text: str) -> Mapping:
    """The mapping in a TOML text.

    Raises:
        MappingError: with the place and what to write instead.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise MappingError("the file", f"is not TOML: {error}") from error
    return from_data(data)


def from_data(data: dict[str, Any]) -> Mapping:
    """The mapping in parsed TOML; see :func:`read_mapping`."""
    _known(data, TOP, "the top of the file")
    sources = tuple(_source(item, f"source {n}") for n, item in enumerate(_list(data, "source"), 1))
    if not sources:
        raise MappingError("the file", "has no [[source]]: say which columns your file has")
    names = {source.name for source in sources}
    mapping = Mapping(
        name=_text(data, "name", "the top of the file"),
        title=str(data.get("title") or data.get("name")),
        about=str(data.get("about", "")),
        channel=str(data.get("channel", "")),
        currency=_currency(str(data.get("currency", ""))),
        timezone=timezone(str(data.get("timezone", "")), "timezone"),
        decimal=_decimal(str(data.get("decimal", ".")), "decimal"),
        total_from=_one_of(str(data.get("total_from", "lines")), ("lines", "payments"), "total_from"),
        sources=sources,
        entities=tuple(_entities(data, names)),
        rejections=tuple(
            _rejection(item, names, f"reject {n}") for n, item in enumerate(_list(data, "reject"), 1)
        ),
        credit=_credit(data["credit"]) if "credit" in data else None,
    )
    if not mapping.entities:
        raise MappingError("the file", f"fills nothing: write at least one of {', '.join(ENTITIES)}")
    return mapping


def timezone(name: str, place: str) -> str:
    """The name of a time zone, checked; empty stays empty.

    Raises:
        MappingError: when there is no such zone.
    """
    if name:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise MappingError(place, f"{name!r} is not a time zone, such as Europe/Warsaw") from error
    return name


def _currency(code: str) -> str:
    if code:
        try:
            exponent(code)
        except MoneyError as error:
            raise MappingError("currency", str(error)) from error
    return code


def _source(item: Any, place: str) -> Source:
    _known(item, {"name", "has", "title", "optional", "delimiter", "encoding"}, place)
    return Source(
        name=_text(item, "name", place),
        has=tuple(_texts(item.get("has"), f"{place}, has")),
        title=str(item.get("title", "")),
        is_optional=bool(item.get("optional", False)),
        delimiter=str(item.get("delimiter", "")),
        encoding=str(item.get("encoding", "")),
    )


def _entities(data: dict[str, Any], names: set[str]) -> Iterable[Entity]:
    for kind, targets in ENTITIES.items():
        for n, item in enumerate(_list(data, kind), 1):
            yield _entity(kind, targets, item, names, f"{kind} {n}" if n > 1 else kind)


def _entity(kind: str, targets: dict[str, Target], item: Any, names: set[str], place: str) -> Entity:
    _known(item, {"from", "join", "where", *targets}, place)
    fields = {name: read_field(item[name], f"{place}, {name}") for name in targets if name in item}
    for name, target in targets.items():
        if target.is_required and name not in fields:
            raise MappingError(place, f"says nothing of {name}, which is required: {target.about}")
    if kind == "customer" and not {"key", "email"} & set(fields):
        raise MappingError(place, "needs a key or an email to tell customers apart")
    return Entity(
        kind=kind,
        source=_one_of(_text(item, "from", place), names, f"{place}, from"),
        fields=fields,
        joins=tuple(_join(join, names, f"{place}, join") for join in _list(item, "join")),
        where=read_condition(item["where"], f"{place}, where") if "where" in item else None,
    )


def _join(item: Any, names: set[str], place: str) -> Join:
    _known(item, {"source", "on"}, place)
    on = item.get("on")
    if not isinstance(on, dict) or not on:
        raise MappingError(place, 'needs on = { "our column" = "its column" }')
    return Join(
        source=_one_of(_text(item, "source", place), names, place),
        on={str(ours): str(theirs) for ours, theirs in on.items()},
    )


def read_field(item: Any, place: str) -> Field:
    """One field: a column's name, or a table of how to read it.

    Raises:
        MappingError: with the place.
    """
    if isinstance(item, str):
        return Field(columns=(item,))
    _known(item, FIELD, place)
    if sum(name in item for name in SOURCES) != 1:
        raise MappingError(place, f"needs exactly one of {', '.join(SOURCES)}")
    value_map = item.get("map", {})
    if not isinstance(value_map, dict):
        raise MappingError(place, 'map is written { "in the file" = "with us" }')
    return Field(
        columns=tuple(_texts(item.get("column", item.get("columns", [])), place)),
        template=str(item.get("template", "")),
        value=_scalar(item.get("value")),
        joined_by=_scalar(item.get("joined_by")),
        cases=tuple(_case(case, f"{place}, case {n}") for n, case in enumerate(item.get("cases", []), 1)),
        alternatives=tuple(
            read_field(one, f"{place}, alternative {n}")
            for n, one in enumerate(item.get("alternatives", []), 1)
        ),
        first_of=str(item.get("first_of", "")),
        times=_factor(item.get("times"), place),
        strip=str(item.get("strip", "")),
        without=str(item.get("without", "")),
        map={str(ours): str(_scalar(theirs)) for ours, theirs in value_map.items()},
        otherwise=_scalar(item.get("otherwise")),
        default=_scalar(item.get("default")),
        formats=tuple(_texts(item.get("format", item.get("formats", [])), place)),
        timezone=timezone(str(item.get("timezone", "")), place),
        decimal=_decimal(str(item.get("decimal", "")), place),
        separator=str(item.get("separator", ",")),
        is_absolute=bool(item.get("absolute", False)),
        when=read_condition(item["when"], f"{place}, when") if "when" in item else None,
    )


def _case(item: Any, place: str) -> Case:
    _known(item, {"when", "value"}, place)
    return Case(when=read_condition(item.get("when"), place), value=_text(item, "value", place))


def _rejection(item: Any, names: set[str], place: str) -> Rejection:
    _known(item, {"from", "when", "reason"}, place)
    return Rejection(
        source=_one_of(_text(item, "from", place), names, place),
        when=read_condition(item.get("when"), place),
        reason=_text(item, "reason", place),
    )


def _credit(item: Any) -> Credit:
    _known(item, {"when", "same", "cancel_within_days"}, "credit")
    days = item.get("cancel_within_days", 0)
    if not isinstance(days, int) or days < 0:
        raise MappingError("credit", "cancel_within_days is a whole number of days")
    return Credit(
        when=read_condition(item.get("when"), "credit, when"),
        same=tuple(
            _one_of(name, SAME, "credit, same") for name in _texts(item.get("same", list(SAME)), "credit")
        ),
        cancel_within_days=days,
    )


def _known(item: Any, names: set[str], place: str) -> None:
    if not isinstance(item, dict):
        raise MappingError(place, "must be a table of names and values")
    for name in item:
        if name not in names:
            raise MappingError(place, f"{name!r} is not known here; known are {', '.join(sorted(names))}")


def _list(item: dict[str, Any], name: str) -> list[Any]:
    value = item.get(name, [])
    return value if isinstance(value, list) else [value]


def _text(item: dict[str, Any], name: str, place: str) -> str:
    value = item.get(name)
    if not isinstance(value, str) or not value.strip():
        raise MappingError(place, f"needs {name}, a text")
    return value


def _texts(value: Any, place: str) -> list[str]:
    values = [value] if isinstance(value, str) else value
    if not isinstance(values, list) or not all(isinstance(one, str) for one in values):
        raise MappingError(place, "needs a text or a list of texts")
    return values


def _scalar(value: Any) -> str | None:
    if value is None:
        return None
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def _factor(value: Any, place: str) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise MappingError(place, "times is a number")
    return float(value)


def _decimal(mark: str, place: str) -> str:
    if mark not in {"", ".", ","}:
        raise MappingError(place, 'the decimal mark is "." or ","')
    return mark


def _one_of(name: str, names: Iterable[str], place: str) -> str:
    if name not in names:
        raise MappingError(place, f"{name!r} is none of {', '.join(sorted(names))}")
    return name
