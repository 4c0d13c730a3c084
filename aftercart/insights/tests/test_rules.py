"""Periods, grains, buckets."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercart.insights import rules

TODAY = date(2026, 3, 15)


@pytest.mark.parametrize(
    ("preset", "since", "until"),
    [
        ("30", date(2026, 2, 14), TODAY),
        ("365", date(2025, 3, 16), TODAY),
        ("month", date(2026, 3, 1), TODAY),
        ("last-month", date(2026, 2, 1), date(2026, 2, 28)),
        ("year", date(2026, 1, 1), TODAY),
        ("last-year", date(2025, 1, 1), date(2025, 12, 31)),
        ("all", None, None),
    ],
)
def test_a_preset_means(preset: str, since: date | None, until: date | None) -> None:
    assert rules.preset_period(preset, today=TODAY) == (since, until)


def test_every_preset_but_other_dates_has_a_meaning() -> None:
    for preset in rules.PRESETS.keys() - {"custom"}:
        rules.preset_period(preset, today=TODAY)


def test_the_period_before_has_the_same_length_and_ends_the_day_before() -> None:
    assert rules.period_before(date(2026, 3, 1), date(2026, 3, 10)) == (date(2026, 2, 19), date(2026, 2, 28))
    assert rules.period_before(None, TODAY) is None


@pytest.mark.parametrize(
    ("days", "grain"), [(1, "day"), (45, "day"), (46, "week"), (190, "week"), (191, "month")]
)
def test_a_period_is_cut_finely_enough(days: int, grain: str) -> None:
    assert rules.fitting_grain(TODAY - timedelta(days=days - 1), TODAY) == grain


def test_all_time_is_cut_by_month() -> None:
    assert rules.fitting_grain(None, TODAY) == "month"


@given(day=st.dates(date(1990, 1, 1), date(2090, 1, 1)))
def test_the_next_month_is_the_next(day: date) -> None:
    following = rules.bucket_after(day.replace(day=1), "month")
    assert following.day == 1
    assert rules.months_between(day, following) == 1
