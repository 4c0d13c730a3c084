"""Pure decisions about periods: what a preset means today, and how finely a period is cut."""

from __future__ import annotations

from datetime import date, timedelta

PRESETS = {
    "30": "Last 30 days",
    "90": "Last 90 days",
    "365": "Last 365 days",
    "month": "This month",
    "last-month": "Last month",
    "year": "This year",
    "last-year": "Last year",
    "all": "All time",
    "custom": "Other dates",
}
DEFAULT_PRESET = "365"
Period = tuple[date | None, date | None]


def preset_period(preset: str, *, today: date) -> Period:
    """The first and last day of a preset, both included; ``all`` has neither.

    Raises:
        KeyError: for a preset that has no dates of its own.
    """
    if preset.isdigit():
        return today - timedelta(days=int(preset) - 1), today
    month, year = today.replace(day=1), today.replace(month=1, day=1)
    before_month, before_year = month - timedelta(days=1), year - timedelta(days=1)
    periods: dict[str, Period] = {
        "month": (month, today),
        "last-month": (before_month.replace(day=1), before_month),
        "year": (year, today),
        "last-year": (before_year.replace(month=1, day=1), before_year),
        "all": (None, None),
    }
    return periods[preset]


def period_before(since: date | None, until: date | None) -> Period | None:
    """The period of the same length just before; ``None`` when the period has no two ends."""
    if since is None or until is None:
        return None
    days = (until - since).days + 1
    return since - timedelta(days=days), since - timedelta(days=1)


def fitting_grain(since: date | None, until: date | None) -> str:
    """Days for some weeks, weeks for half a year, months beyond and for all time."""
    if since is None or until is None:
        return "month"
    days = (until - since).days + 1
    return "day" if days <= 45 else "week" if days <= 190 else "month"


def bucket_after(bucket: date, grain: str) -> date:
    """The first day of the next bucket."""
    if grain == "month":
        return (bucket.replace(day=1) + timedelta(days=32)).replace(day=1)
    return bucket + timedelta(days=7 if grain == "week" else 1)


def months_between(first: date, last: date) -> int:
    """How many calendar months the second date is after the first."""
    return (last.year - first.year) * 12 + last.month - first.month
