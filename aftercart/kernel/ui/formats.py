"""How numbers, times and names read in the language of the page."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import cache, lru_cache
from typing import Literal, overload

from babel import Locale
from babel.core import UnknownLocaleError
from babel.dates import format_skeleton, format_timedelta, get_datetime_format
from babel.numbers import format_decimal, format_percent
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext


@cache
def _parse(language: str) -> Locale:
    try:
        return Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale("en", "GB")


def locale() -> Locale:
    """The locale of the page; English reads day before month, as most of its readers do."""
    language = get_language() or "en"
    return _parse("en-GB" if language == "en" else language)


def number(value: float) -> str:
    """``12345.6`` as ``12,345.6``, ``12 345,6`` ..."""
    return format_decimal(value, locale=locale())


def percent(value: float, digits: int = 1) -> str:
    """A share from 0 to 1 as ``43.7%``, with at most ``digits`` decimals."""
    pattern = (
        locale()
        .percent_formats[None]
        .pattern.replace("#,##0", "#,##0" + (f".{'#' * digits}" if digits else ""))
    )
    return format_percent(value, format=pattern, locale=locale())


def day(value: date) -> str:
    """``2025-03-12`` as ``12 Mar 2025``."""
    local = _local(value)
    return _day_words(date(local.year, local.month, local.day), locale())


def moment(value: datetime) -> str:
    """A time of day with its date, in the active time zone: ``12 Mar 2025, 14:05``."""
    joined = str(get_datetime_format("medium", locale=locale()))
    return joined.replace("{0}", clock(value)).replace("{1}", day(value))


def clock(value: datetime) -> str:
    """The time of day: ``14:05``."""
    local = _local(value)
    return _clock_words(time(local.hour, local.minute), locale())


@lru_cache(4096)
def _day_words(value: date, where: Locale) -> str:
    return without_year_mark(str(format_skeleton("yMMMd", value, locale=where)))


def without_year_mark(words: str) -> str:
    """A Russian date without the short word for year: its full stop would meet that of the sentence."""
    return words.replace("\u202fг.", "").replace("\xa0г.", "").replace(" г.", "")


@lru_cache(4096)
def _clock_words(value: time, where: Locale) -> str:
    return str(format_skeleton("Hm", value, locale=where))


@lru_cache(4096)
def _distance_words(seconds: int, granularity: Literal["day", "second"], where: Locale) -> str:
    return format_timedelta(
        timedelta(seconds=seconds), granularity=granularity, add_direction=True, locale=where
    )


def time_element(value: date, style: str, now: datetime) -> SafeString:
    """``<time>`` with the words of the style, and the other way to say it as its title.

    ``style``: empty (date and time), ``date``, ``clock`` or ``relative``.
    """
    shown, other = day(value), ago(value, now)
    if isinstance(value, datetime):
        other = f"{moment(value)} ({other})"
        if style != "date":
            shown = clock(value) if style == "clock" else moment(value)
    if style == "relative":
        shown, other = ago(value, now), (moment(value) if isinstance(value, datetime) else day(value))
    stamp = (value.replace(microsecond=0) if isinstance(value, datetime) else value).isoformat()
    return format_html('<time datetime="{}" title="{}">{}</time>', stamp, other, shown)


def ago(value: date, now: datetime) -> str:
    """How far a time is from now, in words: ``3 days ago``, ``in 2 hours``."""
    if isinstance(value, datetime):
        seconds = int((value - now).total_seconds())
        coarse = 60 if abs(seconds) > 3600 else 1
        return _distance_words(seconds // coarse * coarse, "second", locale())
    today = _local(now)
    days = (value - date(today.year, today.month, today.day)).days
    near = {-1: gettext("yesterday"), 0: gettext("today"), 1: gettext("tomorrow")}
    if days in near:
        return near[days]
    return _distance_words(days * 86_400, "day", locale())


def initials(name: str) -> str:
    """Up to two letters that stand for a name: ``Ada Lovelace`` is ``AL``, ``山田`` is ``山``."""
    words = [word for word in name.replace("@", " ").split() if word[0].isalnum()]
    if not words:
        return "?"
    if len(words) == 1 or not words[0].isascii():
        return words[0][0].upper()
    return (words[0][0] + words[-1][0]).upper()


@overload
def _local(value: datetime) -> datetime: ...


@overload
def _local(value: date) -> date: ...


def _local(value: date) -> date:
    if isinstance(value, datetime) and timezone.is_aware(value):
        return timezone.localtime(value)
    return value
