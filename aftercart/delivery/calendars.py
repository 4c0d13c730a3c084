"""Working days: weekends, public holidays of where a parcel leaves and where it goes, Saturday rounds. Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache

import holidays

SATURDAY, SUNDAY = 5, 6
MOST_DAYS = 400  # a calendar without a working day in so long is a mistake, not a calendar


@dataclass(frozen=True, kw_only=True)
class Calendar:
    """Which days count at one place. ``country`` and ``region`` are ISO 3166 (``DE`` and ``BY``).

    An unknown country has no public holidays, an unknown region those of its country alone. ``closed`` are the
    shop's own days off.
    """

    country: str = ""
    region: str = ""
    is_saturday_working: bool = False
    closed: Collection[date] = field(default=())

    def is_working(self, day: date) -> bool:
        """Whether the day is neither weekend, nor a public holiday, nor closed."""
        if day.weekday() == SUNDAY or (day.weekday() == SATURDAY and not self.is_saturday_working):
            return False
        return day not in self.closed and day not in public_holidays(self.country, self.region, day.year)

    def next_working(self, day: date) -> date:
        """The day itself when it counts, else the next that does."""
        for ahead in range(MOST_DAYS):
            if self.is_working(day + timedelta(days=ahead)):
                return day + timedelta(days=ahead)
        raise ValueError(f"no working day within {MOST_DAYS} days of {day}")

    def after(self, day: date, count: int) -> date:
        """The day that is ``count`` working days after ``day``; 0 gives the next working day from it on."""
        found = self.next_working(day)
        for _ in range(count):
            found = self.next_working(found + timedelta(days=1))
        return found


@lru_cache(maxsize=2048)
def public_holidays(country: str, region: str, year: int) -> frozenset[date]:
    """The public holidays of a country, and of its region where the library knows it."""
    supported = holidays.list_supported_countries()
    if country not in supported:
        return frozenset()
    subdivision = region if region in supported[country] else None
    return frozenset(holidays.country_holidays(country, subdiv=subdivision, years=year))
