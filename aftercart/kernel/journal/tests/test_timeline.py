"""Timelines: newest first, every entry on exactly one page, in few queries."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aftercart.kernel.journal.models import Entry
from aftercart.kernel.journal.publish import Happening, publish_all
from aftercart.kernel.journal.tests.cast import BellRang
from aftercart.kernel.journal.timeline import timeline_page

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(minutes=st.lists(st.integers(0, 5), max_size=30), size=st.integers(1, 7))
def test_pages_cover_the_story_once_newest_first(minutes: list[int], size: int) -> None:
    Entry.objects.all().delete()
    publish_all(
        [
            Happening(
                event=BellRang(number=number, customer_id=1 + number % 2),
                occurred_at=NOON + timedelta(minutes=minute),
            )
            for number, minute in enumerate(minutes)
        ]
    )
    story = Entry.objects.timeline(customer_id=1)
    read: list[int] = []
    page = timeline_page(story, size=size)
    while True:
        assert len(page.entries) <= size
        read += [entry.pk for entry in page.entries]
        if not page.older:
            break
        page = timeline_page(story, before=page.older, size=size)
    assert read == list(story.values_list("pk", flat=True))


@pytest.mark.parametrize("bookmark", ["", "x", "1", "-", "99999999999999999999-1", "1-x", "٣-٣"])
def test_a_broken_bookmark_gives_a_page(bookmark: str) -> None:
    publish_all([Happening(event=BellRang(number=1, customer_id=1), occurred_at=NOON)])
    assert timeline_page(Entry.objects.timeline(customer_id=1), before=bookmark).older == ""


def test_the_story_of_a_thing() -> None:
    publish_all([Happening(event=BellRang(number=number)) for number in (1, 2)])
    (entry,) = timeline_page(Entry.objects.about("bell:2")).entries
    assert entry.facts["number"] == 2
