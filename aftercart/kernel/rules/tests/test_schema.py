"""The published JSON Schema takes what ``check`` takes."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from jsonschema import Draft202012Validator

from aftercart.kernel.rules import check, schema
from aftercart.kernel.rules.tests import cast as c
from aftercart.kernel.rules.tests.strategies import rules
from aftercart.kernel.rules.tests.test_reading import FAULTY

TOLD_BY_CHECK_ALONE = ("lower value first", "ISO 4217", "control characters", "moment with its zone")


@cache
def validator() -> Draft202012Validator:
    return Draft202012Validator(schema(c.person))


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(schema(c.person))


@settings(max_examples=25, deadline=None, derandomize=True)
@given(rule=rules(c.person))
def test_what_check_takes_the_schema_takes(rule: dict[str, Any]) -> None:
    assert check(rule, c.person) == []
    assert validator().is_valid(rule), rule


@pytest.mark.parametrize(("tree", "sentence"), FAULTY)
def test_what_the_schema_refuses(tree: dict[str, Any], sentence: str) -> None:
    alone = any(part in sentence for part in TOLD_BY_CHECK_ALONE)
    assert validator().is_valid({"version": 1, **tree}) is alone


@pytest.mark.parametrize(
    "rule", [[], {"all": []}, {"version": 2, "all": []}, {"version": 1, "all": [{"version": 1, "all": []}]}]
)
def test_versions_stand_at_the_root_only(rule: Any) -> None:
    assert not validator().is_valid(rule)
    assert check(rule, c.person) != []
