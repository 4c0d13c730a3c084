"""Pauses double, stay within the cap, and never march in step."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from aftercart.kernel.work.backoff import retry_delay


@given(attempt=st.integers(1, 10_000), jitter=st.floats(0, 1, exclude_max=True))
def test_the_pause_stays_between_its_bounds(attempt: int, jitter: float) -> None:
    delay = retry_delay(attempt, jitter=jitter)
    assert timedelta(seconds=3.75) <= delay <= timedelta(hours=1.25)


def test_the_pause_doubles() -> None:
    delays = [retry_delay(attempt, jitter=0.5) for attempt in (1, 2, 3)]
    assert delays == [timedelta(seconds=seconds) for seconds in (5, 10, 20)]
