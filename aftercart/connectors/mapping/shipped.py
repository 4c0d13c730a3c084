"""The mappings that come with the product, by name."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from aftercart.connectors.mapping.model import Mapping
from aftercart.connectors.mapping.reading import read_mapping

FOLDER = Path(__file__).resolve().parent.parent / "mappings"


def shipped_names() -> list[str]:
    """The names of the mappings that come along."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


def shipped_text(name: str) -> str:
    """The TOML of a shipped mapping.

    Raises:
        LookupError: when there is none of this name.
    """
    if name not in shipped_names():
        raise LookupError(f"No mapping is named {name!r}; there are {', '.join(shipped_names())}.")
    return (FOLDER / f"{name}.toml").read_text(encoding="utf-8")


@cache
def read_shipped(name: str) -> Mapping:
    """A shipped mapping, read.

    Raises:
        LookupError: when there is none of this name.
    """
    return read_mapping(shipped_text(name))
