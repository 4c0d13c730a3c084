"""What every page's template knows."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

THEMES = ("light", "dark")


def page(request: HttpRequest) -> dict[str, Any]:
    """Template variables for every page.

    ``theme`` is ``light``, ``dark`` or empty (as the device says). It comes from a cookie, so the first
    byte is already right and nothing flashes.
    """
    chosen = request.COOKIES.get("theme", "")
    return {
        "is_fragment": bool(getattr(request, "htmx", False)),
        "theme": chosen if chosen in THEMES else "",
    }
