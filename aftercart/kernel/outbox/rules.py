"""What an attempt means for an effect: pure decisions on states, patience and backoff (docs/outbox.md)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

TRANSACTIONAL = "transactional"
MARKETING = "marketing"

FIRST_PAUSE = timedelta(seconds=15)
LONGEST_PAUSE = timedelta(hours=1)
PATIENCE = {TRANSACTIONAL: timedelta(days=1), MARKETING: timedelta(hours=6)}


@dataclass(frozen=True, kw_only=True)
class Sent:
    """The other side took it. ``provider_message_id`` is the name it goes by there."""

    provider_message_id: str = ""
    reply: str = ""


@dataclass(frozen=True, kw_only=True)
class Retry:
    """Certainly not done, and may succeed later. ``after`` overrides the backoff."""

    reason: str
    after: timedelta | None = None


@dataclass(frozen=True, kw_only=True)
class Released:
    """Not tried at all, because the other side rests: no attempt is counted."""

    reason: str
    after: timedelta


@dataclass(frozen=True, kw_only=True)
class Refused:
    """Certainly not done and never will be.

    ``is_bad_address``: the recipient does not exist. ``is_stale``: nobody needs it any more, which is no failure.
    """

    reason: str
    is_bad_address: bool = False
    is_stale: bool = False


@dataclass(frozen=True, kw_only=True)
class Unclear:
    """May or may not be done: the answer never came."""

    reason: str


Outcome = Sent | Retry | Released | Refused | Unclear


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """The state an effect moves to. ``next_try_at`` is set for ``failed`` and ``pending`` only."""

    state: str
    error: str = ""
    next_try_at: datetime | None = None
    counts_attempt: bool = True


def judge(
    outcome: Outcome,
    *,
    purpose: str,
    attempts: int,
    first_tried_at: datetime,
    now: datetime,
    jitter: float,
) -> Verdict:
    """The state after an attempt.

    ``attempts`` counts those before this one; ``jitter`` is a random number in [0, 1).
    An unclear transactional effect is tried again (a second confirmation is better than none); an
    unclear marketing one is not (nobody misses an advertisement).
    """
    if isinstance(outcome, Sent):
        return Verdict(state="sent")
    if isinstance(outcome, Refused):
        return Verdict(state="stale" if outcome.is_stale else "dead", error=outcome.reason)
    if isinstance(outcome, Released):
        return Verdict(
            state="pending", error=outcome.reason, next_try_at=now + outcome.after, counts_attempt=False
        )
    if isinstance(outcome, Unclear) and purpose == MARKETING:
        return Verdict(state="unclear", error=outcome.reason)
    if now - first_tried_at >= PATIENCE[purpose]:
        return Verdict(state="dead", error=f"gave up after {attempts + 1} attempts: {outcome.reason}")
    after = outcome.after if isinstance(outcome, Retry) else None
    return Verdict(
        state="failed",
        error=outcome.reason,
        next_try_at=now + (after if after is not None else pause(attempts, jitter=jitter)),
    )


def pause(attempts: int, *, jitter: float) -> timedelta:
    """Doubling from 15 seconds to an hour, spread over its upper half so that many do not return at once."""
    whole = min(FIRST_PAUSE * (1 << min(attempts, 12)), LONGEST_PAUSE)
    return whole / 2 + whole / 2 * jitter


def is_bad_address(code: int, text: str) -> bool:
    """Whether an SMTP answer says that the address does not exist (RFC 3463: 5.1.0-5.1.3, 5.1.6, 5.1.10).

    A bare 550 is not enough: servers also answer it to content or senders they dislike.
    """
    bad = ("5.1.0", "5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10")
    return 500 <= code < 600 and text.split(" ", 1)[0] in bad
