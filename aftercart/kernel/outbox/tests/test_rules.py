"""States after an attempt, patience, backoff."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercart.kernel.outbox.rules import (
    LONGEST_PAUSE,
    Outcome,
    Refused,
    Released,
    Retry,
    Sent,
    Unclear,
    is_bad_address,
    judge,
    pause,
)

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("outcome", "purpose", "age", "state"),
    [
        (Sent(), "transactional", timedelta(0), "sent"),
        (Retry(reason="451 later"), "transactional", timedelta(hours=23), "failed"),
        (Retry(reason="451 later"), "transactional", timedelta(hours=24), "dead"),
        (Retry(reason="451 later"), "marketing", timedelta(hours=5), "failed"),
        (Retry(reason="451 later"), "marketing", timedelta(hours=6), "dead"),
        (Refused(reason="550 no such user"), "transactional", timedelta(0), "dead"),
        (Refused(reason="it was paid since", is_stale=True), "transactional", timedelta(0), "stale"),
        (Unclear(reason="cut"), "transactional", timedelta(0), "failed"),
        (Unclear(reason="cut"), "marketing", timedelta(0), "unclear"),
        (Unclear(reason="cut"), "marketing", timedelta(days=9), "unclear"),
        (Released(reason="down", after=timedelta(seconds=5)), "marketing", timedelta(days=9), "pending"),
    ],
)
def test_state_after_an_attempt(outcome: Outcome, purpose: str, age: timedelta, state: str) -> None:
    verdict = judge(outcome, purpose=purpose, attempts=3, first_tried_at=NOW - age, now=NOW, jitter=0.5)
    assert verdict.state == state


def test_a_release_counts_no_attempt_and_comes_back_when_the_rest_is_over() -> None:
    released = Released(reason="down", after=timedelta(seconds=5))
    verdict = judge(released, purpose="transactional", attempts=0, first_tried_at=NOW, now=NOW, jitter=0)
    assert not verdict.counts_attempt
    assert verdict.next_try_at == NOW + timedelta(seconds=5)


@given(attempts=st.integers(0, 10_000), jitter=st.floats(0, 1, exclude_max=True))
def test_a_pause_is_bounded(attempts: int, jitter: float) -> None:
    assert timedelta(seconds=7) < pause(attempts, jitter=jitter) <= LONGEST_PAUSE


def test_pauses_double() -> None:
    pauses = [pause(attempts, jitter=0).total_seconds() for attempts in range(5)]
    assert pauses == [7.5, 15, 30, 60, 120]


@pytest.mark.parametrize(
    ("code", "text", "expected"),
    [
        (550, "5.1.1 No such user", True),
        (550, "5.7.1 Message looks like spam", False),
        (550, "Requested action not taken", False),
        (450, "5.1.1 odd", False),
    ],
)
def test_only_a_missing_mailbox_is_a_bad_address(code: int, text: str, expected: bool) -> None:  # noqa: FBT001
    assert is_bad_address(code, text) is expected
