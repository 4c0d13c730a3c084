"""Conditions of mapping files: one test of one column, or several joined by all, any, not."""

from __future__ import annotations

from typing import Any

from aftercart.connectors.mapping.model import Condition

ONE = {"is", "starts_with", "ends_with", "contains", "matches", "above", "below"}
MANY = {"one_of", "none_of"}
FLAG = {"is_empty"}
JOINING = {"all", "any", "not"}


class MappingError(ValueError):
    """The mapping cannot be used. ``place`` says where, the message what to write instead."""

    def __init__(self, place: str, problem: str) -> None:
        super().__init__(f"In the mapping, {place}: {problem}.")
        self.place = place


def read_condition(item: Any, place: str) -> Condition:
    """A condition as it stands in TOML, such as ``{ column = "InvoiceNo", starts_with = "C" }``.

    Raises:
        MappingError: with the place.
    """
    if not isinstance(item, dict):
        raise MappingError(place, 'needs a condition such as { column = "Status", is = "paid" }')
    words = set(item)
    if len(words) == 1 and words <= JOINING:
        (op,) = words
        parts = item[op] if isinstance(item[op], list) else [item[op]]
        return Condition(op=op, parts=tuple(read_condition(part, f"{place}, {op}") for part in parts))
    tests = words - {"column"}
    if len(tests) != 1 or not isinstance(item.get("column"), str):
        raise MappingError(place, "a condition names one column and one test, or is all, any or not")
    (op,) = tests
    return Condition(op=op, column=item["column"], values=_values(op, item[op], place))


def _values(op: str, value: Any, place: str) -> tuple[str, ...]:
    if op in MANY and isinstance(value, list) and value:
        return tuple(str(one) for one in value)
    if op in FLAG and isinstance(value, bool):
        return ("yes" if value else "no",)
    if op in {"above", "below"} and not isinstance(value, int | float):
        raise MappingError(place, f"{op} needs a number")
    if op in ONE and isinstance(value, str | int | float):
        return (str(value),)
    known = ", ".join(sorted(ONE | MANY | FLAG))
    raise MappingError(place, f"{op!r} with {value!r} is no test; tests are {known}")
