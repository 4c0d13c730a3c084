"""Publishing: in the caller's transaction, once per key, columns lifted, facts round-tripped."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from aftercart.kernel.journal import listening
from aftercart.kernel.journal.events import Event, event, registry
from aftercart.kernel.journal.listening import Recorded, on
from aftercart.kernel.journal.models import Entry
from aftercart.kernel.journal.publish import Happening, publish, publish_all
from aftercart.kernel.journal.tests.cast import BellRang

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@event
class ParcelWeighed(Event):
    grams: int | None
    weighed_at: datetime
    due_on: date | None = None
    codes: tuple[str, ...] = ()
    channel_id: int | None = None


@pytest.mark.django_db(transaction=True)
def test_publishing_outside_of_a_transaction_is_refused() -> None:
    with pytest.raises(transaction.TransactionManagementError):
        publish(BellRang(number=1))
    assert not Entry.objects.exists()


@pytest.mark.django_db
def test_the_circumstances_stand_in_columns() -> None:
    publish(
        BellRang(number=5, customer_id=9),
        actor="token:1",
        occurred_at=NOON,
        source="import:7",
        is_history=True,
    )
    entry = Entry.objects.get()
    assert (entry.name, entry.subject, entry.customer_id) == ("BellRang", "bell:5", 9)
    assert (entry.actor, entry.source, entry.is_history) == ("token:1", "import:7", True)
    assert (entry.occurred_at, entry.facts) == (NOON, {"number": 5, "customer_id": 9})
    assert str(entry) == "BellRang bell:5"


@pytest.mark.django_db
def test_a_dedupe_key_makes_it_once() -> None:
    publish(BellRang(number=1), dedupe_key="bell:1")
    publish(BellRang(number=2), dedupe_key="bell:1")
    publish_all([Happening(event=BellRang(number=3), dedupe_key=key) for key in ("a", "a", "b")])
    publish(BellRang(number=4))
    publish(BellRang(number=4))
    assert sorted(Entry.objects.values_list("facts__number", flat=True)) == [1, 3, 3, 4, 4]


@given(
    grams=st.none() | st.integers(),
    weighed_at=st.datetimes(timezones=st.just(UTC)),
    due_on=st.none() | st.dates(),
    codes=st.lists(st.text()).map(tuple),
)
def test_facts_come_back_as_they_were(
    grams: int | None, weighed_at: datetime, due_on: date | None, codes: tuple[str, ...]
) -> None:
    told = ParcelWeighed(grams=grams, weighed_at=weighed_at, due_on=due_on, codes=codes)
    assert ParcelWeighed.from_facts(told.facts() | {"of_a_newer_version": 1}) == told


def test_two_events_of_one_name_are_refused() -> None:
    clash = type("BellRang", (Event,), {"__module__": "elsewhere", "__annotations__": {}})
    with pytest.raises(TypeError, match="BellRang"):
        event(clash)
    assert registry["BellRang"] is BellRang


def test_labels_are_made_of_the_name() -> None:
    assert ParcelWeighed.label == "Parcel weighed"
    assert BellRang.label == "Bell rang"


def test_two_listeners_of_one_name_are_refused() -> None:
    def hear(recorded: Recorded[BellRang]) -> None: ...

    on(BellRang, name="test.hear")(hear)
    with pytest.raises(TypeError, match=r"test\.hear"):
        on(BellRang, name="test.hear")(hear)
    with pytest.raises(TypeError, match="at least one"):
        on(name="test.deaf")(hear)
    assert list(listening.registry) == ["test.hear"]


def test_a_listener_is_named_after_its_app_and_function() -> None:
    def confirm(recorded: Recorded[BellRang]) -> None: ...

    confirm.__module__ = "aftercart.orders.listeners"
    on(BellRang)(confirm)
    assert list(listening.registry) == ["orders.confirm"]
