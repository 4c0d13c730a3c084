"""How long to wait before trying again: doubling, with jitter so that failures do not march in step."""

from __future__ import annotations

from datetime import timedelta


def retry_delay(
    attempt: int,
    *,
    jitter: float,
    base: timedelta = timedelta(seconds=5),
    cap: timedelta = timedelta(hours=1),
) -> timedelta:
    """The pause after failed attempt number ``attempt`` (from 1): ``base`` doubled each time, up to ``cap``.

    ``jitter`` in [0, 1) spreads it from 75 % to 125 % of that.
    """
    doublings = min(attempt - 1, 30)
    return min(base * (1 << doublings), cap) * (0.75 + jitter / 2)
