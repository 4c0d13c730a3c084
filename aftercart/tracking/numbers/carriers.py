"""The carriers we know, from ``carriers.toml``: names, countries, pages, shapes of their numbers."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

DATA = Path(__file__).with_name("carriers.toml")
S10_SHAPE = "[A-Z]{2}(\\d{9})%s"


@dataclass(frozen=True, kw_only=True)
class Shape:
    """One form of a carrier's numbers. ``pattern``'s groups together are what ``check`` covers."""

    pattern: re.Pattern[str]
    check: str
    has_mark: bool
    samples: tuple[str, ...]
    source: str


@dataclass(frozen=True, kw_only=True)
class Carrier:
    """A carrier. ``countries`` are where it delivers to the door (ISO 3166-1); none means everywhere."""

    code: str
    name: str
    aliases: tuple[str, ...]
    countries: frozenset[str]
    pages: Mapping[str, str]
    shapes: tuple[Shape, ...]


@cache
def carriers() -> Mapping[str, Carrier]:
    """All carriers by their code."""
    data = tomllib.loads(DATA.read_text(encoding="utf-8"))
    return {code: _carrier(code, one, data["s10"]) for code, one in data["carrier"].items()}


def plain(name: str) -> str:
    """A name as it is compared: letters and digits only, without case."""
    return re.sub(r"[\W_]+", "", name.casefold())


def carrier_named(name: str) -> Carrier | None:
    """The carrier a shop means by a name ("DHL Paket", "Poczta Polska - Kurier 48"); longest alias first."""
    known = plain(name)
    found = next((alias for alias in _aliases() if known.startswith(alias)), None)
    return carriers()[_aliases()[found]] if found else None


@cache
def _aliases() -> Mapping[str, str]:
    pairs = [(alias, carrier.code) for carrier in carriers().values() for alias in carrier.aliases]
    return dict(sorted(pairs, key=lambda pair: -len(pair[0])))


def _carrier(code: str, one: Mapping[str, Any], s10: Mapping[str, str]) -> Carrier:
    shapes = [_shape(shape) for shape in one.get("shape", [])]
    if country := one.get("s10"):
        shapes.append(_s10(country, s10))
    return Carrier(
        code=code,
        name=one["name"],
        aliases=tuple(plain(name) for name in (code, one["name"], *one.get("aliases", []))),
        countries=frozenset(one.get("countries", [])),
        pages=one.get("pages", {}),
        shapes=tuple(shapes),
    )


def _shape(one: Mapping[str, Any]) -> Shape:
    return Shape(
        pattern=re.compile(one["pattern"], re.ASCII),
        check=one.get("check", ""),
        has_mark=one.get("has_mark", False),
        samples=tuple(one["samples"]),
        source=one["source"],
    )


def _s10(country: str, s10: Mapping[str, str]) -> Shape:
    return Shape(
        pattern=re.compile(S10_SHAPE % country, re.ASCII),
        check="s10",
        has_mark=True,
        samples=(f"RB{s10['sample']}{country}", f"CX{s10['second_sample']}{country}"),
        source=s10["source"],
    )
