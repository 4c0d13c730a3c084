"""Rate limits, alone and under real threads."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from django.db import connection
from django.test import RequestFactory
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from aftercart.kernel.links.limits import allow, reset, visitor
from aftercart.kernel.links.models import Limit

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.mark.django_db
def test_a_burst_up_to_the_limit_then_one_at_a_time() -> None:
    knocks = [allow("lookup:ip:1", 5, MINUTE, NOW) for _ in range(7)]
    assert knocks == [True] * 5 + [False] * 2
    assert not allow("lookup:ip:1", 5, MINUTE, NOW + timedelta(seconds=11))
    assert allow("lookup:ip:1", 5, MINUTE, NOW + timedelta(seconds=12))
    assert not allow("lookup:ip:1", 5, MINUTE, NOW + timedelta(seconds=12))
    assert allow("lookup:ip:1", 5, MINUTE, NOW + timedelta(minutes=5))


@pytest.mark.django_db
def test_keys_are_counted_apart_and_reset_alone() -> None:
    assert allow("lookup:ip:1", 1, MINUTE, NOW)
    assert allow("lookup:ip:2", 1, MINUTE, NOW)
    reset("lookup:ip:1")
    assert allow("lookup:ip:1", 1, MINUTE, NOW)
    assert not allow("lookup:ip:2", 1, MINUTE, NOW)


@pytest.mark.django_db
def test_the_key_is_not_stored() -> None:
    allow("lookup:ip:203.0.113.9", 1, MINUTE, NOW)
    assert "203.0.113.9" not in str(Limit.objects.values().get())


@pytest.mark.parametrize(("limit", "per"), [(0, MINUTE), (1, timedelta(0))])
def test_a_limit_that_means_nothing_is_refused(limit: int, per: timedelta) -> None:
    with pytest.raises(ValueError, match="at least one"):
        allow("lookup", limit, per, NOW)


class AnyKnocking(TestCase):
    @settings(max_examples=40, deadline=None)
    @given(
        limit=st.integers(1, 6),
        gaps=st.lists(st.integers(0, 40_000_000), min_size=1, max_size=30),
        data=st.data(),
    )
    def test_never_more_than_a_burst_and_the_refill(
        self, limit: int, gaps: list[int], data: st.DataObject
    ) -> None:
        now, passed = NOW, []
        for gap in gaps:
            now += timedelta(microseconds=gap)
            if allow("any", limit, MINUTE, now):
                passed.append(now)
        step = MINUTE / limit
        for start, first in enumerate(passed):
            for count, last in enumerate(passed[start:], start=1):
                assert count <= limit + (last - first) / step
        assert len(passed) >= 1
        assert all(earlier <= later for earlier, later in pairwise(passed))
        reset("any")


@pytest.mark.django_db(transaction=True)
def test_forty_threads_get_no_more_than_the_limit() -> None:
    def knock(_: int) -> bool:
        try:
            return allow("lookup:order:A-1", 10, timedelta(hours=1), NOW)
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=40) as threads:
        assert sum(threads.map(knock, range(200))) == 10


@pytest.mark.parametrize(
    ("address", "forwarded", "counted"),
    [
        ("198.51.100.7", "", "198.51.100.7"),
        ("198.51.100.7", "203.0.113.9", "198.51.100.7"),
        ("127.0.0.1", "10.9.9.9, 203.0.113.9", "203.0.113.9"),
        ("10.0.0.2", "nonsense", "10.0.0.2"),
        ("2a02:db8:1:2:3:4:5:6", "", "2a02:0db8:0001:0002::/64"),
        ("::ffff:198.51.100.7", "", "198.51.100.7"),
        ("", "", ""),
    ],
)
def test_who_a_visitor_is(address: str, forwarded: str, counted: str) -> None:
    request = RequestFactory().get("/", REMOTE_ADDR=address)
    if forwarded:
        request.META["HTTP_X_FORWARDED_FOR"] = forwarded
    assert visitor(request) == counted
