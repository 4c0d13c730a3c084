"""Tracked events: each message once per channel, with the Segment names, heard like any other."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from aftercart.kernel.journal.listening import Recorded, on_batch
from aftercart.kernel.journal.models import Entry
from aftercart.kernel.journal.progress import ensure_listeners
from aftercart.kernel.journal.segment import ECOMMERCE_NAMES, ProductViewed, Tracked, tracked
from aftercart.kernel.journal.testing import hear_everything
from aftercart.kernel.journal.track import TrackedEvent, TrackResult, record_tracked

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def a_view(message_id: str, **changes: Any) -> TrackedEvent:
    told: dict[str, Any] = {
        "message_id": message_id,
        "name": "Product Viewed",
        "channel_id": 1,
        "occurred_at": NOON,
        "properties": {"sku": "MUG-1", "title": "Кружка"},
    }
    return TrackedEvent(**(told | changes))


def test_a_message_is_written_once_per_channel() -> None:
    assert record_tracked([a_view("a"), a_view("b"), a_view("a")]) == TrackResult(new=2, duplicate=1)
    assert record_tracked([a_view("b"), a_view("c")]) == TrackResult(new=1, duplicate=1)
    assert record_tracked([a_view("a", channel_id=2)]) == TrackResult(new=1, duplicate=0)
    assert record_tracked([]) == TrackResult(new=0, duplicate=0)


def test_large_batches_are_deduplicated_too() -> None:
    many = [a_view(str(number % 90)) for number in range(100)]
    assert record_tracked(many) == TrackResult(new=90, duplicate=10)
    assert record_tracked([a_view(str(number)) for number in range(80, 180)]) == TrackResult(
        new=90, duplicate=10
    )
    assert Entry.objects.count() == 180


def test_long_message_ids_are_told_apart() -> None:
    long = "x" * 300
    assert record_tracked([a_view(long), a_view(long + "y"), a_view(long)]).new == 2


def test_the_entry_carries_who_where_and_when() -> None:
    record_tracked([a_view("a", customer_id=7), a_view("b", anonymous_id="browser-1")])
    known, unknown = Entry.objects.order_by("id")
    assert (known.customer_id, known.actor, known.channel_id) == (7, "shopper:7", 1)
    assert (unknown.anonymous_id, unknown.actor, unknown.customer_id) == ("browser-1", "visitor", None)
    assert known.occurred_at == NOON
    assert known.recorded_at > NOON
    assert known.facts["properties"] == {"sku": "MUG-1", "title": "Кружка"}
    assert known.source == "track"


def test_text_that_postgresql_cannot_keep_harms_nobody() -> None:
    record_tracked([a_view("a\0", name="Quiz\0", properties={"ti\0tle": ["\0a", "\ud83d", "\\u0000", "😀"]})])
    entry = Entry.objects.get()
    assert entry.name == "Quiz"
    assert entry.facts["properties"] == {"title": ["a", "?", "\\u0000", "😀"]}


def test_listeners_hear_tracked_names_typed() -> None:
    heard: list[Recorded[Tracked]] = []
    quiz_finished = tracked("Quiz Finished")
    on_batch(ProductViewed, quiz_finished, name="test.hear")(heard.extend)
    ensure_listeners()
    record_tracked([a_view("a", customer_id=7), a_view("b", name="Quiz Finished"), a_view("c", name="Other")])
    assert hear_everything() == 2
    assert [type(recorded.event) for recorded in heard] == [ProductViewed, quiz_finished]
    assert heard[0].event.properties["sku"] == "MUG-1"
    assert (heard[0].customer_id, heard[0].channel_id, heard[0].occurred_at) == (7, 1, NOON)


def test_the_segment_names_are_known() -> None:
    expected = {"Product Viewed", "Cart Viewed", "Checkout Started", "Order Completed", "Products Searched"}
    assert expected <= ECOMMERCE_NAMES
    assert "Page Viewed" not in ECOMMERCE_NAMES
