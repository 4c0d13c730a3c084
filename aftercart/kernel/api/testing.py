"""A client for tests of JSON doors."""

from __future__ import annotations

import json
from typing import Any

from django.test import Client


class ApiClient:
    """Sends JSON with a bearer token to ``/api/v1``."""

    def __init__(self, secret: str = "") -> None:
        self.client = Client(raise_request_exception=True)
        self.headers = {"Authorization": f"Bearer {secret}"} if secret else {}

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """Any request; ``headers`` as ``Idempotency_Key="k"``."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.generic(
            method,
            f"/api/v1{path}",
            b"" if body is None else json.dumps(body).encode(),
            content_type="application/json",
            headers={**self.headers, **named},
        )

    def get(self, path: str) -> Any:
        """GET."""
        return self.send("GET", path)

    def post(self, path: str, body: Any, **headers: str) -> Any:
        """POST."""
        return self.send("POST", path, body, **headers)

    def put(self, path: str, body: Any) -> Any:
        """PUT."""
        return self.send("PUT", path, body)

    def patch(self, path: str, body: Any) -> Any:
        """PATCH."""
        return self.send("PATCH", path, body)
