"""The demo's segments are sound rules, one name each."""

from __future__ import annotations

import pytest

from aftercart.config.demo.segments import SEGMENTS, add_segments
from aftercart.customers.models import Segment
from aftercart.customers.segments import people
from aftercart.kernel import clock


@pytest.mark.django_db
def test_the_segments_are_made_and_can_be_searched() -> None:
    add_segments()
    assert {segment.name for segment in Segment.objects.all()} == set(SEGMENTS)
    assert [list(people(segment, clock.now())) for segment in Segment.objects.all()] == [[]] * len(SEGMENTS)
