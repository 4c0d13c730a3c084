"""The API's reference: every door of the document is on it, each example is one that the API takes."""

from __future__ import annotations

import json
import re
from typing import Any

import jsonschema
import pytest
from django.test import Client
from playwright.sync_api import expect

from aftercart.config.api import api
from aftercart.kernel.api.reference import METHODS, example, reference_of, type_words
from aftercart.kernel.rules import check
from aftercart.kernel.ui.testing import OpenPage, assert_accessible_everywhere
from aftercart.orders.models import Order
from aftercart.stores.testing import make_api_token, make_channel

DOCS = "/api/v1/docs"


def document() -> dict[str, Any]:
    told: dict[str, Any] = json.loads(json.dumps(api.get_openapi_schema(), default=str))
    return told


@pytest.mark.django_db
def test_every_door_and_every_shape_is_on_the_page_and_every_link_leads_somewhere() -> None:
    page = Client().get(DOCS).content.decode()
    told = document()
    doors = [
        (method.upper(), path) for path, item in told["paths"].items() for method in METHODS if method in item
    ]
    assert len(doors) > 20
    for method, path in doors:
        assert f'data-method="{method}" data-path="{path}"' in page
    for name in told["components"]["schemas"]:
        assert f'id="shape-{name}"' in page
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(ids)


@pytest.mark.django_db
def test_it_keeps_to_the_strict_policy_and_changes_nothing() -> None:
    answer = Client().get(DOCS)
    assert "script-src 'self'" in answer["Content-Security-Policy"]
    assert not re.search(r"<script(?![^>]*\bsrc=)|style=|\son\w+=", answer.content.decode())
    assert Client().post(DOCS).status_code == 405


def test_every_example_fits_its_schema() -> None:
    told = document()
    bodies = [
        (path, content["schema"])
        for path, item in told["paths"].items()
        for operation in item.values()
        for content in operation.get("requestBody", {}).get("content", {}).values()
    ]
    assert len(bodies) > 8
    for path, schema in bodies:
        whole = {**schema, "components": told["components"]}
        shown = example(schema, told["components"]["schemas"])
        faults = [error.message for error in jsonschema.Draft202012Validator(whole).iter_errors(shown)]
        assert not faults, f"{path}: {shown}"


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({"type": "string", "format": "date"}, "text (date)"),
        ({"anyOf": [{"type": "integer"}, {"type": "null"}]}, "integer or nothing"),
        ({"type": "array", "items": {"$ref": "#/components/schemas/Line"}}, "list of Line"),
        ({"enum": ["a", "b"]}, '"a" or "b"'),
        ({}, "anything"),
    ],
)
def test_types_in_words(schema: dict[str, Any], words: str) -> None:
    assert type_words(schema) == words


def test_a_shape_that_holds_itself_ends() -> None:
    node = {
        "type": "object",
        "required": ["child"],
        "properties": {"child": {"$ref": "#/components/schemas/Node"}},
    }
    assert json.dumps(example(node, {"Node": node})).count("child") < 10
    told = {"info": {"title": "T", "version": "1"}, "paths": {}, "components": {"schemas": {"Node": node}}}
    assert reference_of(told).shapes[0].fields[0].shape == "shape-Node"


@pytest.mark.django_db
def test_the_schema_of_rules_has_an_address() -> None:
    answer = Client().get("/api/v1/schemas/rules/customer.json")
    told = answer.json()
    assert answer["Content-Type"] == "application/schema+json"
    assert told["$id"].endswith("/api/v1/schemas/rules/customer.json")
    jsonschema.Draft202012Validator.check_schema(told)
    rule = {"version": 1, "fact": "customer.country", "op": "is", "value": "PL"}
    good, bad = [jsonschema.Draft202012Validator(told).is_valid(each) for each in (rule, {**rule, "op": "~"})]
    assert (good, bad) == (is_sound(rule), is_sound({**rule, "op": "~"})) == (True, False)


def is_sound(rule: dict[str, Any]) -> bool:
    return not check(rule, "customer")


@pytest.mark.django_db
def test_rules_about_nothing_known_are_a_problem() -> None:
    answer = Client().get("/api/v1/schemas/rules/weather.json")
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")
    assert "customer" in answer.json()["detail"]


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("width", [390, 1280])
def test_a_door_is_tried_from_its_page(open_page: OpenPage, width: int) -> None:
    secret = make_api_token(channel=make_channel())[1]
    page = open_page(DOCS, width=width)
    assert_accessible_everywhere(page, f"api-reference-{width}")
    page.get_by_label("Your token").fill(secret)
    door = page.locator("article").filter(has=page.get_by_role("heading", name="Place an order", exact=True))
    door.get_by_text("Try it").click()
    door.get_by_role("button", name="Send POST").click()
    expect(door.get_by_role("status")).to_be_focused()
    expect(door.get_by_role("status")).to_contain_text("201")
    expect(door.get_by_role("status")).to_contain_text("curl -X POST")
    assert secret not in door.inner_text()
    assert Order.objects.count() == 1
