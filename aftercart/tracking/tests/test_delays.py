from __future__ import annotations

import threading
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

import pytest
from django.db import connection

from aftercart.delivery.actions import learn_deliveries
from aftercart.delivery.models import Transit
from aftercart.delivery.testing import deliver_often
from aftercart.kernel import clock
from aftercart.kernel.journal.models import Entry
from aftercart.kernel.journal.testing import hear_everything
from aftercart.kernel.rules import compile_rule, holds, read, snapshot
from aftercart.kernel.rules.facts import subject_named
from aftercart.kernel.rules.testing import disagreements
from aftercart.orders.models import Order
from aftercart.orders.testing import make_order
from aftercart.stores.testing import make_channel
from aftercart.tracking.actions import record_scan, register_parcel
from aftercart.tracking.actions.delaying import (
    find_delays,
    learn_silence,
    mark_delays,
    recount_delays,
    resolve_delays,
    set_silence,
)
from aftercart.tracking.models import Delay, Parcel, SilenceLimit
from aftercart.tracking.transits import record_ways

pytestmark = pytest.mark.django_db
NOW = (clock.now() - timedelta(days=1)).replace(hour=12, minute=0, second=0, microsecond=0)
TODAY = NOW.date()  # the status of a parcel goes by the real clock, so these tests happen yesterday


def late_parcel(
    *, promised_on: date = TODAY - timedelta(days=1), heard: int = 1, key: str = "p", **values: Any
) -> Parcel:
    """A parcel of DHL's, ordered on 1 March, last heard of ``heard`` days before NOW."""
    order = make_order(placed_at=NOW - timedelta(days=9, hours=3), promised_on=promised_on, **values)
    parcel = register_parcel(
        order_id=order.pk, key=f"{key}{order.pk}", actor="test", carrier="DHL", tracking_number="00340"
    )
    tell(parcel, "in_transit", NOW - timedelta(days=heard))
    return parcel


def tell(parcel: Parcel, status: str, at: datetime) -> None:
    record_scan(parcel_id=parcel.pk, status=status, occurred_at=at, actor="test")


def told(name: str) -> list[dict[str, Any]]:
    return [entry.facts for entry in Entry.objects.filter(name=name).order_by("pk")]


def test_a_parcel_past_its_promise_is_told_of_once() -> None:
    parcel = late_parcel()
    assert find_delays(now=NOW, actor="system") == 1
    assert find_delays(now=NOW + timedelta(days=3), actor="system") == 0
    [facts] = told("ParcelDelayed")
    assert facts["parcel_id"] == parcel.pk
    assert (facts["cause"], facts["days_late"], facts["days_silent"]) == ("promise", 1, 1)
    assert facts["expected_by"] is None


def test_the_promised_day_is_the_channels() -> None:
    tokyo = make_channel("tokyo", timezone="Asia/Tokyo")
    late_parcel(promised_on=TODAY, channel=tokyo)
    before = NOW.replace(hour=14, minute=59)
    assert find_delays(now=before, actor="system") == 0
    assert find_delays(now=before + timedelta(minutes=1), actor="system") == 1


def test_a_silent_parcel_is_noticed_by_its_carriers_limit() -> None:
    late_parcel(promised_on=TODAY + timedelta(days=20), heard=4)
    assert find_delays(now=NOW, actor="system") == 0
    set_silence(carrier="dhl", days=4)
    assert find_delays(now=NOW, actor="system") == 1
    [facts] = told("ParcelDelayed")
    assert (facts["cause"], facts["days_late"], facts["days_silent"]) == ("silence", 0, 4)


def test_what_is_over_or_long_ago_is_not_news() -> None:
    tell(late_parcel(), "delivered", NOW)
    tell(late_parcel(), "lost", NOW)
    late_parcel(promised_on=TODAY - timedelta(days=61))
    assert find_delays(now=NOW, actor="system") == 0


def test_many_are_found_in_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aftercart.tracking.actions.delaying.BATCH", 2)
    for _ in range(5):
        late_parcel(heard=7)
    assert find_delays(now=NOW, actor="system") == 10
    assert Delay.objects.filter(cause="silence").count() == 5


def test_a_delay_ends_by_itself() -> None:
    parcel = late_parcel(heard=6)
    find_delays(now=NOW, actor="system")
    assert resolve_delays(parcel_id=parcel.pk, actor="system") == 0
    tell(parcel, "in_transit", NOW + timedelta(hours=1))
    assert resolve_delays(parcel_id=parcel.pk, actor="system") == 1
    tell(parcel, "delivered", NOW + timedelta(hours=2))
    assert resolve_delays(parcel_id=parcel.pk, actor="system") == 1
    assert resolve_delays(parcel_id=parcel.pk, actor="system") == 0
    assert [(facts["cause"], facts["how"]) for facts in told("ParcelDelayResolved")] == [
        ("silence", "moved"),
        ("promise", "delivered"),
    ]
    late = Delay.objects.get(cause="promise")
    assert (late.days_late, late.how) == (1, "delivered")
    assert find_delays(now=NOW + timedelta(days=9), actor="system") == 0


def test_what_to_expect_follows_from_how_long_it_takes() -> None:
    parcel = late_parcel(country="PL", postcode="00-950")
    channel = make_channel()
    past = [3] * 400 + [12] * 60 + [20] * 20
    Random(3).shuffle(past)
    deliver_often(past, channel=channel, until=TODAY - timedelta(days=9))
    assert learn_deliveries(on=TODAY, actor="test")
    find_delays(now=NOW, actor="system")
    delay = Delay.objects.get(cause="promise")
    assert delay.parcel == parcel
    assert delay.expected_by is not None
    assert delay.expected_by >= TODAY + timedelta(days=3)
    first = delay.expected_by
    recount_delays(now=NOW + timedelta(days=5))
    delay.refresh_from_db()
    assert delay.days_late == 6
    assert delay.expected_by is not None
    assert delay.expected_by >= first
    recount_delays(now=NOW + timedelta(days=40))
    delay.refresh_from_db()
    assert delay.expected_by is None


def test_taking_in_hand_and_putting_aside() -> None:
    for _ in range(2):
        late_parcel()
    find_delays(now=NOW, actor="system")
    first, second = Delay.objects.order_by("pk")
    assert mark_delays(ids=[first.pk], actor="staff:1", is_known=True) == 1
    until = NOW + timedelta(days=2)
    assert mark_delays(ids=[second.pk, 10**9], actor="staff:1", snoozed_until=until) == 1
    assert Delay.objects.get(pk=first.pk).known_by == "staff:1"
    assert Delay.objects.get(pk=second.pk).snoozed_until == until


def test_silence_is_learnt_but_never_over_a_setting() -> None:
    parcel = late_parcel(heard=80)
    for day in range(1, 80):
        for hour in (1, 7, 13):
            tell(parcel, "in_transit", NOW - timedelta(days=80) + timedelta(days=day, hours=hour))
    assert learn_silence(now=NOW) == 1
    limit = SilenceLimit.objects.get(carrier="dhl")
    assert (limit.days, limit.is_set) == (3, False)
    assert limit.gaps > 200
    set_silence(carrier="DHL", days=9)
    learn_silence(now=NOW)
    assert SilenceLimit.objects.get(carrier="dhl").days == 9


def test_events_teach_and_end() -> None:
    hear_everything("tracking.end_delays", "tracking.teach_delivery")
    parcel = late_parcel()
    find_delays(now=NOW, actor="system")
    tell(parcel, "delivered", NOW)
    hear_everything("tracking.end_delays", "tracking.teach_delivery")
    assert not Delay.objects.filter(resolved_at__isnull=True).exists()
    way = Transit.objects.get(key=f"parcel:{parcel.pk}")
    assert (way.days, way.by_days, way.basis) == (9, 8, "shop")
    assert record_ways(Parcel.objects.all()) == 1
    assert Transit.objects.count() == 1


def test_facts_decide_and_search_alike() -> None:
    late, fine, wrong = late_parcel(), late_parcel(promised_on=TODAY + timedelta(days=20)), late_parcel()
    silent = late_parcel(promised_on=TODAY + timedelta(days=20), heard=8)
    tell(wrong, "exception", NOW)
    find_delays(now=NOW, actor="system")
    assert disagreements(subject_named("parcel"), [late, fine, wrong, silent], now=clock.now()) == []
    orders = [parcel.order for parcel in (late, fine, wrong, silent)]
    assert disagreements(subject_named("order"), orders, now=clock.now()) == []
    for value, parcel in (("late", late), ("none", fine), ("problem", wrong), ("silent", silent)):
        rule = read({"version": 1, "fact": "order.open_problem", "op": "is", "value": value}, "order")
        assert list(compile_rule(rule, "order", NOW)) == [parcel.order]
        assert holds(rule, snapshot(parcel.order, rule, "order", now=NOW), now=NOW)
    rule = read(
        {
            "version": 1,
            "some": "order.parcels",
            "where": {"fact": "parcel.days_late", "op": "at_least", "value": 1},
        },
        "order",
    )
    assert set(compile_rule(rule, "order", NOW)) == {late.order, wrong.order}


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_workers_note_each_delay_once() -> None:
    for _ in range(12):
        late_parcel(heard=7)
    gate, found = threading.Barrier(2), []

    def look() -> None:
        gate.wait()
        found.append(find_delays(now=NOW, actor="system"))
        connection.close()

    workers = [threading.Thread(target=look) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    find_delays(now=NOW, actor="system")
    assert Delay.objects.count() == 24
    assert len(told("ParcelDelayed")) == 24
    assert Order.objects.count() == 12
