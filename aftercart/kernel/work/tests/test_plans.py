"""Due times: on the grid, at the local hour, strictly later, across clock changes."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercart.kernel.work.plans import Daily, Every

MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds the zone
ZONES = st.sampled_from(["UTC", "Europe/Warsaw", "Asia/Tokyo", "America/New_York", "Pacific/Kiritimati"]).map(
    ZoneInfo
)


@given(moment=MOMENTS, minutes=st.integers(1, 10_000))
def test_a_grid_is_strictly_later_and_at_most_one_interval_away(moment: datetime, minutes: int) -> None:
    interval = timedelta(minutes=minutes)
    due = Every(interval).after(moment, ZoneInfo("UTC"))
    assert moment < due <= moment + interval
    assert Every(interval).after(due - timedelta(microseconds=1), ZoneInfo("UTC")) == due


@given(moment=MOMENTS, zone=ZONES, at=st.times())
def test_daily_is_strictly_later_and_within_about_a_day(moment: datetime, zone: ZoneInfo, at: time) -> None:
    due = Daily(at).after(moment, zone)
    assert moment < due <= moment + timedelta(hours=26)
    assert Daily(at).after(due, zone) > due


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-01-10T01:00", "2026-01-10T02:30"),  # winter: UTC+1
        ("2026-01-10T02:30", "2026-01-11T02:30"),
        ("2026-07-10T00:00", "2026-07-10T01:30"),  # summer: UTC+2
        ("2026-10-24T00:00", "2026-10-24T01:30"),
        ("2026-10-24T12:00", "2026-10-25T02:30"),  # the night summer time ends
    ],
)
def test_daily_follows_the_clock_on_the_wall(moment: str, expected: str) -> None:
    noted = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    due = Daily(time(3, 30)).after(noted, ZoneInfo("Europe/Warsaw"))
    assert due == datetime.fromisoformat(expected).replace(tzinfo=UTC)


def test_a_time_that_the_clock_skips_is_taken_once() -> None:
    """In Warsaw 02:30 does not exist on 29 March 2026."""
    warsaw, half_past_two = ZoneInfo("Europe/Warsaw"), Daily(time(2, 30))
    due = half_past_two.after(datetime(2026, 3, 28, 12, tzinfo=UTC), warsaw)
    assert due == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert half_past_two.after(due, warsaw) == datetime(2026, 3, 30, 0, 30, tzinfo=UTC)
