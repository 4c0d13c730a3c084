from datetime import UTC, date, datetime, timedelta

import pytest

from aftercart.tracking.delays_rules import (
    USUAL_SILENCE,
    Held,
    gaps_of,
    how_it_ended,
    is_past_promise,
    is_silent,
    silence_limit,
)

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)


def test_the_promised_day_itself_is_in_time() -> None:
    assert not is_past_promise(promised_on=date(2026, 3, 10), today=date(2026, 3, 10))
    assert is_past_promise(promised_on=date(2026, 3, 9), today=date(2026, 3, 10))
    assert not is_past_promise(promised_on=None, today=date(2026, 3, 10))


@pytest.mark.parametrize(
    ("status", "days", "silent"),
    [
        ("in_transit", 5, True),
        ("in_transit", 4, False),
        ("available_for_pickup", 9, False),
        ("pending", 9, False),
        ("delivered", 9, False),
        ("exception", 5, True),
    ],
)
def test_silence(*, status: str, days: int, silent: bool) -> None:
    heard_at = NOW - timedelta(days=days)
    assert is_silent(status=status, heard_at=heard_at, limit=5, now=NOW) is silent
    assert not is_silent(status=status, heard_at=None, limit=5, now=NOW)


@pytest.mark.parametrize(
    ("cause", "status", "heard", "how"),
    [
        ("promise", "in_transit", 1, ""),
        ("silence", "in_transit", 1, "moved"),
        ("silence", "in_transit", -1, ""),
        ("silence", "available_for_pickup", -1, "moved"),
        ("promise", "available_for_pickup", 1, ""),
        ("promise", "lost", -1, "ended"),
        ("promise", "returning", -1, "ended"),
        ("silence", "delivered", 1, "delivered"),
        ("promise", "delivered", 1, "delivered"),
        ("promise", "expired", -1, ""),
    ],
)
def test_how_a_delay_ends(cause: str, status: str, heard: int, how: str) -> None:
    held = Held(
        cause=cause,
        noticed_at=NOW,
        status=status,
        heard_at=NOW + timedelta(hours=heard),
        delivered_at=NOW if status == "delivered" else None,
    )
    assert how_it_ended(held) == how


def test_the_limit_is_learnt_from_pauses() -> None:
    assert silence_limit({0: 150, 9: 49}) == USUAL_SILENCE
    assert silence_limit({0: 150, 1: 49, 20: 1}) == 3
    assert silence_limit({0: 150, 6: 100}) == 7
    assert silence_limit({0: 150, 60: 100}) == 14


def test_pauses_are_within_a_parcel() -> None:
    at = [NOW, NOW + timedelta(days=2), NOW + timedelta(days=9)]
    scans = [("dhl", 1, at[0]), ("dhl", 1, at[1]), ("dhl", 2, at[2]), ("ups", 3, at[0]), ("ups", 3, at[2])]
    assert gaps_of(scans) == {"dhl": {2: 1}, "ups": {9: 1}}
