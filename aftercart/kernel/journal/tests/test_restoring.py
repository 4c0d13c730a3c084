"""A dump from another cluster: order kept, nothing lost, nothing heard twice."""

from __future__ import annotations

import pytest
from django.db.models import F

from aftercart.kernel.journal.dispatcher import Dispatcher
from aftercart.kernel.journal.listening import Recorded, on
from aftercart.kernel.journal.models import Entry, Progress
from aftercart.kernel.journal.positions import START, next_xid
from aftercart.kernel.journal.progress import ensure_listeners
from aftercart.kernel.journal.restoring import settle_restored
from aftercart.kernel.journal.tests.cast import BellRang, ring
from aftercart.kernel.journal.tests.patience import settle

pytestmark = pytest.mark.django_db(transaction=True)


def bells() -> list[int]:
    heard: list[int] = []

    @on(BellRang, name="test.hear")
    def hear(recorded: Recorded[BellRang]) -> None:
        heard.append(recorded.event.number)

    ensure_listeners()
    return heard


def as_if_restored_from_a_busier_cluster() -> None:
    """Lift every number in the journal above all that this cluster has given out."""
    far = next_xid() + 1_000_000
    Entry.objects.update(xid=F("xid") + far)
    Progress.objects.exclude(xid=START.xid).update(xid=F("xid") + far)


def test_a_healthy_journal_is_left_alone() -> None:
    bells()
    ring(1)
    assert settle_restored() == 0


def test_nothing_is_lost_and_nothing_heard_twice() -> None:
    heard = bells()
    ring(1)
    ring(2)
    settle()
    ring(3)
    as_if_restored_from_a_busier_cluster()
    ring(4)  # the web was quicker than the first worker
    settle(Dispatcher())
    assert heard == [1, 2, 3, 4]
    assert Entry.objects.filter(xid__lt=0).count() == 3
    assert settle_restored() == 0
    ring(5)
    settle()
    assert heard == [1, 2, 3, 4, 5]


def test_a_projection_that_has_heard_nothing_still_starts_at_the_start() -> None:
    heard: list[int] = []

    @on(BellRang, name="test.projection", from_start=True)
    def hear(recorded: Recorded[BellRang]) -> None:
        heard.append(recorded.event.number)

    ensure_listeners()
    ring(1)
    as_if_restored_from_a_busier_cluster()
    settle(Dispatcher())
    assert heard == [1]


def test_order_is_kept_over_several_restorations() -> None:
    bells()
    order = []
    for number in range(4):
        ring(number)
        as_if_restored_from_a_busier_cluster()
        settle_restored()
        order = list(Entry.objects.order_by("xid", "id").values_list("facts__number", flat=True))
    assert order == [0, 1, 2, 3]


def test_positions_above_every_entry_are_found_too() -> None:
    heard = bells()
    ring(1)
    settle()
    Progress.objects.update(xid=next_xid() + 500)
    settle(Dispatcher())
    ring(2)
    settle()
    assert heard == [1, 2]
