"""What a text may be, where a message belongs, and who was overtaken."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from aftercart.helpdesk.rules import LONGEST_TEXT, Said, clean_text, continues, unseen
from aftercart.orders.rules import Refused

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "kept"), [("  hello\r\nthere\r ", "hello\nthere"), ("ok\x00", "ok"), ("と" * 5000, "と" * 5000)]
)
def test_a_text_is_kept_as_it_was_meant(text: str, kept: str) -> None:
    assert clean_text(text) == kept


@pytest.mark.parametrize("text", ["", " \r\n ", "\x00", "x" * (LONGEST_TEXT + 1)])
def test_nothing_and_too_much_are_refused(text: str) -> None:
    with pytest.raises(Refused):
        clean_text(text)


@pytest.mark.parametrize(
    ("state", "closed_days_ago", "expected"),
    [("open", None, "on"), ("pending", None, "on"), ("closed", 9, "on"), ("closed", 10, "anew")],
)
def test_a_conversation_goes_on_until_ten_days_after_it_was_closed(
    state: str, closed_days_ago: int | None, expected: str
) -> None:
    closed_at = NOW - timedelta(days=closed_days_ago) if closed_days_ago else None
    assert continues(state=state, closed_at=closed_at, now=NOW) is (expected == "on")


def test_only_what_others_said_to_or_for_the_customer_overtakes() -> None:
    said = [
        Said(message_id=1, kind="customer", actor="shopper:1"),
        Said(message_id=2, kind="note", actor="staff:2"),
        Said(message_id=3, kind="staff", actor="staff:1"),
        Said(message_id=4, kind="staff", actor="staff:2"),
        Said(message_id=5, kind="customer", actor="shopper:1"),
    ]
    assert [s.message_id for s in unseen(said, last_seen_id=1, reader="staff:1")] == [4, 5]
    assert unseen(said, last_seen_id=5, reader="staff:1") == []
