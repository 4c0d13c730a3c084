"""What outside systems send is taken apart with care: anything may be missing or of another kind. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any


def text(value: Any, most: int = 300) -> str:
    """Text that fits a column, or empty."""
    return value.replace("\0", "").strip()[:most] if isinstance(value, str) else ""


def table(value: Any) -> Mapping[str, Any]:
    """A JSON object, or an empty one."""
    return value if isinstance(value, dict) else {}


def tables(value: Any) -> Iterator[Mapping[str, Any]]:
    """The JSON objects of a list; everything else is passed over."""
    yield from (one for one in (value if isinstance(value, list) else ()) if isinstance(one, dict))


def place(*parts: Any) -> str:
    """A place from what is known of it."""
    return ", ".join(part for part in (text(one, 80) for one in parts) if part)[:160]
