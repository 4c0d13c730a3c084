"""Times as carriers write them: with an offset, or as the clock on the wall of a place. Pure."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel.core import get_global


def moment(text: str, *, country: str = "", zone: tzinfo = UTC) -> datetime | None:
    """An aware time from ISO 8601 text; ``None`` where it is none.

    Without an offset it is the wall clock in ``country`` (ISO 3166-1) where all of that country's clocks agree at that
    time, else in ``zone``.
    """
    try:
        at = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    if at.tzinfo is None:
        at = at.replace(tzinfo=_wall(at, country.upper()) or zone)
    try:
        return at.astimezone(UTC) if 1970 <= at.year <= 2200 else None
    except OverflowError:
        return None


def _wall(at: datetime, country: str) -> tzinfo | None:
    zones = _zones(country)
    offsets = {at.replace(tzinfo=zone).utcoffset() for zone in zones}
    return zones[0] if len(offsets) == 1 else None


@cache
def _zones(country: str) -> list[ZoneInfo]:
    names = [name for name, territory in get_global("zone_territories").items() if territory == country]
    found = []
    for name in names:
        try:
            found.append(ZoneInfo(name))
        except (ZoneInfoNotFoundError, ValueError):
            continue
    return found
