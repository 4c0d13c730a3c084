"""When a schedule is due: pure arithmetic on times."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Plan(Protocol):
    """Tells the due times of a schedule."""

    def after(self, moment: datetime, zone: ZoneInfo) -> datetime:
        """The first due time strictly after ``moment``, in UTC."""


@dataclass(frozen=True)
class Every:
    """Due on a grid counted from 1970, so that every worker agrees on the times without asking."""

    interval: timedelta

    def after(self, moment: datetime, zone: ZoneInfo) -> datetime:
        return EPOCH + ((moment - EPOCH) // self.interval + 1) * self.interval

    def __str__(self) -> str:
        return f"every {self.interval}"


@dataclass(frozen=True)
class Daily:
    """Due once a day at a local time. A time that a clock change skips is taken an hour later."""

    at: time

    def after(self, moment: datetime, zone: ZoneInfo) -> datetime:
        today = moment.astimezone(zone).date()
        days = (today + timedelta(days=ahead) for ahead in range(-1, 3))
        due = (datetime.combine(day, self.at, tzinfo=zone).astimezone(UTC) for day in days)
        return next(time_due for time_due in due if time_due > moment)

    def __str__(self) -> str:
        return f"daily at {self.at:%H:%M}"
