from datetime import date

import pytest

from aftercart.delivery.calendars import Calendar, public_holidays


@pytest.mark.parametrize(
    ("country", "region", "day", "works"),
    [
        ("DE", "", date(2026, 10, 2), True),
        ("DE", "", date(2026, 10, 3), False),  # a Saturday, and the day of German unity
        ("PL", "", date(2026, 11, 11), False),
        ("DE", "", date(2026, 11, 11), True),
        ("DE", "BY", date(2026, 1, 6), False),
        ("DE", "BE", date(2026, 1, 6), True),
        ("DE", "no such region", date(2026, 1, 6), True),
        ("JP", "", date(2026, 5, 5), False),
        ("TH", "", date(2026, 4, 13), False),
        ("XX", "", date(2026, 12, 25), True),
        ("", "", date(2026, 12, 27), False),  # a Sunday anywhere
    ],
)
def test_which_days_count(*, country: str, region: str, day: date, works: bool) -> None:
    assert Calendar(country=country, region=region).is_working(day) is works


def test_saturday_counts_for_who_works_then() -> None:
    saturday = date(2026, 3, 7)
    assert not Calendar().is_working(saturday)
    assert Calendar(is_saturday_working=True).is_working(saturday)
    assert not Calendar(is_saturday_working=True).is_working(date(2026, 3, 8))


def test_counting_over_a_weekend_and_easter() -> None:
    germany = Calendar(country="DE")
    thursday = date(2026, 4, 2)
    assert germany.after(thursday, 0) == thursday
    assert germany.after(thursday, 1) == date(2026, 4, 7)  # Good Friday, weekend, Easter Monday between
    assert Calendar(closed=[date(2026, 4, 7)], country="DE").after(thursday, 1) == date(2026, 4, 8)


def test_a_calendar_that_never_works_is_refused() -> None:
    closed = [date.fromordinal(date(2026, 1, 1).toordinal() + n) for n in range(800)]
    with pytest.raises(ValueError, match="no working day"):
        Calendar(closed=closed).next_working(date(2026, 1, 1))


def test_holidays_are_reckoned_once_a_year() -> None:
    public_holidays.cache_clear()
    for day in range(1, 29):
        Calendar(country="PL").is_working(date(2026, 3, day))
    assert public_holidays.cache_info().misses == 1
