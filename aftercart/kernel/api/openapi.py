"""The OpenAPI document: ninja's, with the problems that every operation may answer."""

from __future__ import annotations

from typing import Any

from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema

from aftercart.kernel.api.problems import MEDIA_TYPE, TITLES, ProblemBody

METHODS = {"get", "post", "put", "patch", "delete"}
ALWAYS = (400, 401, 403, 404, 409, 413, 422, 429)


class DocumentedAPI(NinjaAPI):
    """An API whose document tells of its problems."""

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        """The OpenAPI 3.1 document."""
        document = super().get_openapi_schema(**options)
        document["components"].setdefault("schemas", {})["Problem"] = ProblemBody.model_json_schema(
            ref_template="#/components/schemas/{model}"
        )
        faults = document["components"]["schemas"]["Problem"].pop("$defs", {})
        document["components"]["schemas"].update(faults)
        for path in document["paths"].values():
            for method, operation in path.items():
                if method in METHODS:
                    _complete(operation)
        return document


def _complete(operation: dict[str, Any]) -> None:
    for status in ALWAYS:
        content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
        operation["responses"].setdefault(status, {"description": TITLES[status], "content": content})
