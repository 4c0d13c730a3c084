"""Reading request bodies: strict JSON, always an object."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest
from ninja.parser import Parser


class StrictParser(Parser):
    """JSON as RFC 8259 has it: no NaN or Infinity."""

    def parse_body(self, request: HttpRequest) -> Any:
        """The body's value; whatever is raised becomes a 400."""
        value = json.loads(request.body, parse_constant=_refuse)
        if not isinstance(value, dict):
            raise TypeError("a body is an object")
        return value


def _refuse(name: str) -> None:
    raise ValueError(f"{name} is not JSON")
