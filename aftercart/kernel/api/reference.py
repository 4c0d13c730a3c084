"""The OpenAPI document as a page people read: pure, from the document's mapping to what the template shows."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Json = Mapping[str, Any]
METHODS = ("get", "post", "put", "patch", "delete")
DEEPEST = 6
EXAMPLES = {
    "date-time": "2026-11-24T09:30:00+00:00",
    "date": "2026-11-24",
    "email": "sam@shopper.example",
    "uri": "https://shop.example/",
    "uuid": "0192f0c1-7c2e-7b1a-9d5e-3f6a1b2c3d4e",
}
LIMITS = (
    ("minLength", "maxLength", "characters"),
    ("minimum", "maximum", ""),
    ("minItems", "maxItems", "items"),
)
ANY_ID = 2**53
"""A bound beyond it is the column's, and tells a reader nothing."""


@dataclass(frozen=True, kw_only=True)
class Field:
    """A parameter, or a field of a shape. ``shape`` is the anchor of the shape it holds, or empty."""

    name: str
    type: str
    is_required: bool
    about: str
    limits: str
    shape: str
    example: str
    place: str = ""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a door answers with a status; ``shape`` is the anchor of its shape, or empty."""

    status: str
    about: str
    shape: str

    @property
    def is_good(self) -> bool:
        """Whether it is not a problem."""
        return self.status.startswith(("2", "3"))


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One door of the API."""

    anchor: str
    method: str
    path: str
    title: str
    about: str
    parameters: list[Field]
    body_shape: str
    body_example: str
    answers: list[Answer]
    needs_token: bool


@dataclass(frozen=True, kw_only=True)
class Shape:
    """An object that is sent or answered."""

    anchor: str
    name: str
    about: str
    fields: list[Field]


@dataclass(frozen=True, kw_only=True)
class Reference:
    """The whole page: doors by section, then the shapes."""

    title: str
    version: str
    about: str
    sections: dict[str, list[Operation]]
    shapes: list[Shape]


def reference_of(document: Json) -> Reference:
    """The page of an OpenAPI 3.1 document."""
    shapes = document.get("components", {}).get("schemas", {})
    sections: dict[str, list[Operation]] = {}
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                operation = _operation(method, path, item[method], shapes)
                sections.setdefault((item[method].get("tags") or ["Other"])[0], []).append(operation)
    return Reference(
        title=document["info"]["title"],
        version=document["info"]["version"],
        about=document["info"].get("description", ""),
        sections=sections,
        shapes=[_shape(name, shape) for name, shape in sorted(shapes.items())],
    )


def _operation(method: str, path: str, told: Json, shapes: Json) -> Operation:
    body = _content(told.get("requestBody", {}))
    return Operation(
        anchor=f"{method}-{re.sub('[^a-z0-9]+', '-', path.lower()).strip('-')}",
        method=method.upper(),
        path=path,
        title=told.get("summary", path),
        about=_plain(told.get("description", "")),
        parameters=[_parameter(each) for each in told.get("parameters", [])],
        body_shape=_shape_in(body),
        body_example=json.dumps(example(body, shapes), ensure_ascii=False, indent=2) if body else "",
        answers=[
            _answer(str(status), each) for status, each in sorted(told["responses"].items(), key=_status)
        ],
        needs_token=bool(told.get("security")),
    )


def _status(item: tuple[Any, Any]) -> str:
    return str(item[0])


def _parameter(told: Json) -> Field:
    schema = told.get("schema", {})
    return _field(
        told["name"],
        {**schema, "description": told.get("description", "") or schema.get("description", "")},
        is_required=bool(told.get("required")),
        place=told["in"],
    )


def _answer(status: str, told: Json) -> Answer:
    return Answer(status=status, about=told.get("description", ""), shape=_shape_in(_content(told)))


def _content(told: Json) -> Json:
    """The schema of a body or an answer, whatever its media type; empty when it has none."""
    first: Json = next(iter(told.get("content", {}).values()), {})
    return dict(first.get("schema", {}))


def _shape(name: str, told: Json) -> Shape:
    required = told.get("required", [])
    fields = [
        _field(field, schema, is_required=field in required)
        for field, schema in told.get("properties", {}).items()
    ]
    return Shape(anchor=_anchor(name), name=name, about=_plain(told.get("description", "")), fields=fields)


def _field(name: str, schema: Json, *, is_required: bool, place: str = "") -> Field:
    inner = _inner(schema)
    examples = schema.get("examples") or inner.get("examples") or [schema.get("default", "")]
    shown = examples[0]
    return Field(
        name=name,
        type=type_words(schema),
        is_required=is_required,
        about=_plain(schema.get("description") or inner.get("description", "")),
        limits="; ".join(_limits(inner)),
        shape=_shape_in(schema),
        example="" if shown in (None, [], {}) else shown if isinstance(shown, str) else json.dumps(shown),
        place=place,
    )


def type_words(schema: Json) -> str:
    """A schema's type in a few words: ``text (date-time)``, ``list of LineBody``, ``integer or nothing``."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    for key in ("anyOf", "oneOf", "allOf"):
        if key in schema:
            return " or ".join(dict.fromkeys(type_words(each) for each in schema[key]))
    if "const" in schema:
        return json.dumps(schema["const"])
    if "enum" in schema:
        return " or ".join(json.dumps(each) for each in schema["enum"])
    kind = schema.get("type", "anything")
    if kind == "array":
        return f"list of {type_words(schema.get('items', {}))}"
    words = {"string": "text", "null": "nothing", "number": "number", "object": "object"}.get(kind, str(kind))
    return f"{words} ({schema['format']})" if "format" in schema else words


def example(schema: Json, shapes: Json, depth: int = 0) -> Any:
    """A value that the schema allows and that shows how it is meant; required and told fields only."""
    schema = _resolved(schema, shapes)
    told = [*schema.get("examples", []), *schema.get("enum", [])]
    told += [schema[key] for key in ("const", "default") if schema.get(key) not in (None, "", [], {})]
    if told:
        return told[0]
    if schema.get("type") == "array":
        return [example(schema.get("items", {}), shapes, depth + 1)] if depth < DEEPEST else []
    if "properties" in schema:
        return _example_of_object(schema, shapes, depth) if depth < DEEPEST else {}
    text = EXAMPLES.get(schema.get("format", ""), "text" if schema.get("minLength") else "")
    simple = {
        "string": text,
        "integer": schema.get("minimum", 1),
        "number": 1.5,
        "boolean": True,
        "object": {},
    }
    return simple.get(str(schema.get("type")))


def _example_of_object(schema: Json, shapes: Json, depth: int) -> dict[str, Any]:
    wanted = set(schema.get("required", []))
    return {
        name: example(each, shapes, depth + 1)
        for name, each in schema["properties"].items()
        if name in wanted or _resolved(each, shapes).get("examples")
    }


def _resolved(schema: Json, shapes: Json) -> Json:
    """The schema behind references and alternatives; what is said beside them counts first."""
    while True:
        if "$ref" in schema:
            rest = {key: value for key, value in schema.items() if key != "$ref"}
            schema = {**shapes.get(str(schema["$ref"]).rpartition("/")[2], {}), **rest}
            continue
        alternatives = next((schema[key] for key in ("allOf", "anyOf", "oneOf") if schema.get(key)), None)
        if alternatives is None or schema.get("examples"):
            return schema
        schema = alternatives[0]


def _inner(schema: Json) -> Json:
    """The first alternative that is not ``null``, where limits are written."""
    alternatives = schema.get("anyOf") or schema.get("allOf") or [schema]
    return next((each for each in alternatives if each.get("type") != "null"), schema)


def _limits(schema: Json) -> Iterator[str]:
    """Bounds in words (``1 to 120 characters``), then the pattern."""
    for least, most, what in LIMITS:
        low = schema.get(least) or None
        high = schema.get(most) if schema.get(most, 0) < ANY_ID else None
        said = (
            f"{low} to {high}" if low and high else f"from {low}" if low else f"up to {high}" if high else ""
        )
        if said:
            yield f"{said} {what}".strip()
    if "pattern" in schema:
        yield f"fits {schema['pattern']}"


def _shape_in(schema: Json) -> str:
    """The anchor of the first shape that a schema names, itself or inside a list or alternatives."""
    if "$ref" in schema:
        return _anchor(str(schema["$ref"]).rpartition("/")[2])
    inside = [*schema.get("anyOf", []), *schema.get("allOf", []), *schema.get("oneOf", [])]
    if "items" in schema:
        inside.append(schema["items"])
    return next((found for each in inside if (found := _shape_in(each))), "")


def _anchor(name: str) -> str:
    return f"shape-{re.sub('[^A-Za-z0-9]+', '-', name)}"


def _plain(text: str) -> str:
    """A docstring's text without its backticks and line ends."""
    return " ".join(text.replace("``", "").split())
