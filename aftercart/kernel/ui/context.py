"""What every page's template knows."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest


def page(request: HttpRequest) -> dict[str, Any]:
    """Template variables for every page."""
    return {"is_fragment": bool(getattr(request, "htmx", False))}
