"""The icons there are: symbols of one sprite, so a page asks for them once."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

SPRITE = Path(__file__).parent / "static" / "ui" / "icons.svg"


class UnknownIconError(LookupError):
    """The sprite has no such icon. The message says how to add it."""


@cache
def names() -> frozenset[str]:
    """The names of all icons."""
    return frozenset(re.findall(r'<symbol id="([^"]+)"', SPRITE.read_text(encoding="utf-8")))


def require(name: str) -> str:
    """The name, when the sprite has it.

    Raises:
        UnknownIconError: otherwise.
    """
    if name not in names():
        raise UnknownIconError(f"There is no icon {name!r}: see /desk/ui/, or add it with tools/icons.py.")
    return name
