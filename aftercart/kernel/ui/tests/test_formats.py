"""Numbers, times and names in the five languages."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone, translation

from aftercart.kernel.ui import formats

NOON = datetime(2025, 3, 12, 12, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "number", "share", "day"),
    [
        ("en", "12,345.6", "43.7%", "12 Mar 2025"),
        ("pl", "12\u00a0345,6", "43,7%", "12 mar 2025"),
        ("ja", "12,345.6", "43.7%", "2025年3月12日"),
        ("ru", "12\u00a0345,6", "43,7\u00a0%", "12 мар. 2025"),
        ("th", "12,345.6", "43.7%", "12 มี.ค. 2025"),
    ],
)
def test_each_language_reads_its_own_way(language: str, number: str, share: str, day: str) -> None:
    with translation.override(language):
        assert formats.number(12345.6) == number
        assert formats.percent(0.4371) == share
        assert formats.day(NOON) == day


def test_a_share_may_be_whole() -> None:
    assert formats.percent(0.62, digits=0) == "62%"


def test_a_moment_is_told_in_the_active_time_zone() -> None:
    with timezone.override("Asia/Bangkok"):
        assert formats.moment(NOON) == "12 Mar 2025, 19:05"
        assert formats.clock(NOON) == "19:05"


@pytest.mark.parametrize(
    ("distance", "words"),
    [
        (timedelta(days=-3), "3 days ago"),
        (timedelta(hours=2), "in 2 hours"),
        (timedelta(seconds=-40), "40 seconds ago"),
    ],
)
def test_how_far_a_time_is(distance: timedelta, words: str) -> None:
    assert formats.ago(NOON + distance, NOON) == words


@pytest.mark.parametrize(
    ("day", "language", "words"),
    [
        (date(2025, 3, 10), "en", "2 days ago"),
        (date(2025, 3, 12), "en", "today"),
        (date(2025, 3, 13), "pl", "jutro"),
        (date(2025, 3, 11), "ja", "昨日"),
    ],
)
def test_how_far_a_day_is(day: date, language: str, words: str) -> None:
    with translation.override(language):
        assert formats.ago(day, NOON) == words


@pytest.mark.parametrize(
    ("style", "shown", "title"),
    [
        ("", "12 Mar 2025, 12:05", "12 Mar 2025, 12:05 (1 hour ago)"),
        ("date", "12 Mar 2025", "12 Mar 2025, 12:05 (1 hour ago)"),
        ("clock", "12:05", "12 Mar 2025, 12:05 (1 hour ago)"),
        ("relative", "1 hour ago", "12 Mar 2025, 12:05"),
    ],
)
def test_a_time_element_says_it_both_ways(style: str, shown: str, title: str) -> None:
    element = formats.time_element(NOON, style, NOON + timedelta(hours=1))

    assert element == f'<time datetime="2025-03-12T12:05:00+00:00" title="{title}">{shown}</time>'


def test_a_day_has_no_clock() -> None:
    assert formats.time_element(date(2025, 3, 12), "", NOON) == (
        '<time datetime="2025-03-12" title="today">12 Mar 2025</time>'
    )


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Ada Lovelace", "AL"),
        ("ben", "B"),
        ("山田 太郎", "山"),
        ("Анна Иванова", "А"),
        ("sam@mail.example", "SM"),
        ("", "?"),
        ("!!", "?"),
    ],
)
def test_initials(name: str, letters: str) -> None:
    assert formats.initials(name) == letters
