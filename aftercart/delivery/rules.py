"""Pure decisions about the promise by rule: which zone, when it leaves, when it comes.

All of it reckons with days on the channel's calendar; the moment of ordering comes in as an argument.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from aftercart.delivery.calendars import Calendar

NOWHERE = Calendar()


class Refused(Exception):
    """A change is not possible. The message says why, in words for who asked."""


@dataclass(frozen=True, kw_only=True)
class ZoneRule:
    """Where a method goes and how many working days the carrier needs.

    No ``countries`` means everywhere; no ``postcodes`` means all of them. A postcode entry is a range
    (``"10000-19999"``), or a beginning (``"IV*"``), or one postcode.
    """

    name: str = ""
    countries: tuple[str, ...] = ()
    postcodes: tuple[str, ...] = ()
    transit_min: int
    transit_max: int


@dataclass(frozen=True, kw_only=True)
class MethodRule:
    """How a shipping method works. ``cut_offs`` is weekday (0 Monday) to the time by which an order is handled
    the same day; a weekday without one is not worked. Handling is counted in working days."""

    carrier: str = ""
    cut_offs: Mapping[int, time]
    handling_days: int = 0
    zones: Sequence[ZoneRule] = ()
    origin: Calendar = NOWHERE
    delivers_saturday: bool = False


@dataclass(frozen=True, kw_only=True)
class Reason:
    """What a promise rests on, as facts: ``words.explained`` puts them into a sentence.

    ``basis`` is ``rule`` or ``history``. ``cut_off`` is the time that decided, ``is_after_cut_off`` whether it
    was missed; without ``sent_on`` nobody knows when it leaves. ``sample`` is how many deliveries of the
    carrier's to that destination (``level``) a learnt promise rests on.
    """

    basis: str
    sent_on: date | None
    country: str
    cut_off: time | None = None
    is_after_cut_off: bool = False
    transit_min: int | None = None
    transit_max: int | None = None
    holidays: tuple[date, ...] = ()
    carrier: str = ""
    sample: int = 0
    level: str = ""


@dataclass(frozen=True, kw_only=True)
class Promise:
    """When it comes: at the earliest, probably (half arrive by then), and at the latest (nine of ten do)."""

    earliest: date
    likely: date
    by: date
    reason: Reason

    def __post_init__(self) -> None:
        if not self.earliest <= self.likely <= self.by:
            raise ValueError(f"a promise runs forward: {self.earliest}, {self.likely}, {self.by}")


def estimate(
    *, method: MethodRule, country: str, region: str = "", postcode: str, at: datetime
) -> Promise | None:
    """The promise by rule for an order at the moment ``at`` (in the channel's time zone); ``None`` where the
    method does not go.

    Sent on: the first day with a cut-off still ahead, plus handling, in working days of the origin. Arrives:
    ``transit_min`` to ``transit_max`` working days of the destination later. Halfway, rounded up, is *likely*.
    """
    zone = zone_for(method.zones, country=country, postcode=postcode)
    if zone is None:
        return None
    taken, cut_off, is_after = taken_on(method, at)
    sent = _handled(method, taken)
    there = Calendar(country=country, region=region, is_saturday_working=method.delivers_saturday)
    arrivals = [there.after(sent + timedelta(days=1), days - 1) if days else sent for days in _spread(zone)]
    reason = Reason(
        basis="rule",
        sent_on=sent,
        country=country,
        cut_off=cut_off,
        is_after_cut_off=is_after,
        transit_min=zone.transit_min,
        transit_max=zone.transit_max,
        holidays=_skipped(method.origin, there, at.date(), sent, arrivals[-1]),
        carrier=method.carrier,
    )
    return Promise(earliest=arrivals[0], likely=arrivals[1], by=arrivals[2], reason=reason)


def zone_for(zones: Sequence[ZoneRule], *, country: str, postcode: str) -> ZoneRule | None:
    """The first zone that holds the place: the order of zones is the shopkeeper's."""
    return next((zone for zone in zones if _holds(zone, country, plain(postcode))), None)


def plain(postcode: str) -> str:
    """A postcode as it is compared: letters and digits, upper case."""
    return re.sub(r"[\W_]+", "", postcode).upper()


def _holds(zone: ZoneRule, country: str, postcode: str) -> bool:
    if zone.countries and country not in zone.countries:
        return False
    return not zone.postcodes or any(_within(entry, postcode) for entry in zone.postcodes)


def _within(entry: str, postcode: str) -> bool:
    if entry.endswith("*"):
        return bool(postcode) and postcode.startswith(plain(entry))
    first, dash, last = entry.partition("-")
    if not dash:
        return postcode == plain(entry)
    low, high = plain(first), plain(last)
    return low <= postcode[: len(low)] and postcode[: len(high)] <= high and len(postcode) >= len(low)


def taken_on(method: MethodRule, at: datetime) -> tuple[date, time | None, bool]:
    """The day on which an order is taken in hand, that day's cut-off, and whether today's was missed."""
    today = method.cut_offs.get(at.weekday())
    if today is not None and method.origin.is_working(at.date()):
        if at.time().replace(tzinfo=None) < today:
            return at.date(), today, False
        return _next_taken(method, at.date()), today, True
    return _next_taken(method, at.date()), None, False


def _next_taken(method: MethodRule, day: date) -> date:
    for ahead in range(1, 400):
        found = day + timedelta(days=ahead)
        if found.weekday() in method.cut_offs and method.origin.is_working(found):
            return found
    raise ValueError("this method never sends")


def _handled(method: MethodRule, taken: date) -> date:
    for _ in range(method.handling_days):
        taken = _next_taken(method, taken)
    return taken


def _spread(zone: ZoneRule) -> tuple[int, int, int]:
    middle = -(-(zone.transit_min + zone.transit_max) // 2)
    return zone.transit_min, middle, zone.transit_max


def _skipped(origin: Calendar, there: Calendar, ordered: date, sent: date, arrives: date) -> tuple[date, ...]:
    """Weekdays lost to public holidays: at home until it leaves, at the destination from then on."""
    days = [ordered + timedelta(days=n) for n in range((arrives - ordered).days + 1)]
    return tuple(
        day for day in days if day.weekday() < 5 and not (origin if day <= sent else there).is_working(day)
    )


def local(at: datetime, zone: str) -> datetime:
    """The moment on the channel's clock; UTC when the zone is none."""
    try:
        return at.astimezone(ZoneInfo(zone))
    except (ZoneInfoNotFoundError, ValueError):
        return at.astimezone(ZoneInfo("UTC"))


def carrier_key(carrier: str) -> str:
    """A carrier's name as it is compared: ``"DHL Paket"`` is ``"dhlpaket"``."""
    return re.sub(r"[\W_]+", "", carrier.casefold())[:80]


def region_key(region: str, postcode: str) -> str:
    """The part of a country that deliveries are counted by: its region, else how its postcode begins."""
    return (re.sub(r"\s+", " ", region.strip()).upper() or plain(postcode)[:2])[:20]
