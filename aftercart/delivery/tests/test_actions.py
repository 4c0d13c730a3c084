from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from aftercart.delivery.actions import (
    Way,
    ZoneDraft,
    keep_promise,
    learn_deliveries,
    record_transit,
    record_transits,
    remove_method,
    save_method,
)
from aftercart.delivery.models import GivenPromise, LearntRow, LearntTable, ShippingMethod, Transit
from aftercart.delivery.promises import Destination, given_for, promise_for, promise_of, words_of
from aftercart.delivery.rules import Refused
from aftercart.delivery.testing import GERMANY, POLAND, deliver_often, make_method
from aftercart.kernel.journal.models import Entry
from aftercart.stores.models import Channel
from aftercart.stores.testing import make_channel

pytestmark = pytest.mark.django_db
WARSAW = Destination(country="PL", postcode="00-950")
TUESDAY = datetime(2026, 3, 3, 9, tzinfo=UTC)


def way(**values: object) -> Way:
    told: dict[str, object] = {
        "key": "parcel:1",
        "channel_id": make_channel().pk,
        "carrier": "DHL",
        "country": "PL",
        "postcode": "00-950",
        "placed_on": date(2026, 3, 3),
    }
    return Way(**told | values)  # type: ignore[arg-type]  # a test's shorthand


def berlin() -> Channel:
    return make_channel(timezone="Europe/Berlin", country="DE")


def test_a_method_is_saved_and_told_of() -> None:
    method = make_method()
    assert [zone.name for zone in method.zones.all()] == ["Germany", "Poland"]
    entry = Entry.objects.get(name="ShippingMethodChanged")
    assert entry.facts["key"] == "standard"
    make_method()
    assert Entry.objects.filter(name="ShippingMethodChanged").count() == 1
    make_method(zones=(POLAND, GERMANY))
    assert Entry.objects.latest("pk").facts["fields"] == ["zones"]
    remove_method(method_id=method.pk, actor="test")
    remove_method(method_id=method.pk, actor="test")
    assert not ShippingMethod.objects.exists()
    assert Entry.objects.latest("pk").facts["fields"] == ["removed"]


@pytest.mark.parametrize(
    ("values", "zones", "said"),
    [
        ({"cut_offs": {}}, (GERMANY,), "cut-off"),
        ({}, (), "at least one zone"),
        ({}, (ZoneDraft(name="Back", transit_min=3, transit_max=2),), "“Back”"),
        ({}, (ZoneDraft(name="Moon", transit_min=3, transit_max=121),), "“Moon”"),
    ],
)
def test_methods_that_make_no_sense(
    values: dict[str, object], zones: tuple[ZoneDraft, ...], said: str
) -> None:
    with pytest.raises(Refused, match=said):
        save_method(channel=make_channel(), key="x", values=values, zones=zones, actor="test")
    assert not ShippingMethod.objects.exists()


def test_the_rules_promise_until_enough_is_known() -> None:
    make_method()
    found = promise_for(channel=berlin(), destination=WARSAW, at=TUESDAY, method="Standard")
    assert found
    assert found.promise.by == date(2026, 3, 6)
    assert found.basis["reason"]["basis"] == "rule"


def test_own_history_replaces_the_rules() -> None:
    make_method()
    deliver_often([4] * 150 + [7] * 60, channel=berlin(), until=date(2026, 3, 3))
    assert learn_deliveries(on=date(2026, 3, 3), actor="test")
    found = promise_for(channel=berlin(), destination=WARSAW, at=TUESDAY, method="standard")
    assert found
    assert found.promise.reason.basis == "history"
    assert found.promise.likely == date(2026, 3, 7)
    assert found.promise.by == date(2026, 3, 10)
    assert found.basis["days"] == {"0.5": 4, "0.9": 7}
    assert found.basis["learnt_on"] == "2026-03-03"


def test_a_carrier_without_deliveries_keeps_its_rules() -> None:
    make_method(carrier="UPS")
    deliver_often([4] * 300, channel=berlin(), until=date(2026, 3, 3))
    learn_deliveries(on=date(2026, 3, 3), actor="test")
    found = promise_for(channel=berlin(), destination=WARSAW, at=TUESDAY, method="standard")
    assert found
    assert found.promise.reason.basis == "rule"


def test_a_store_without_methods_is_promised_what_its_deliveries_show() -> None:
    assert promise_for(channel=berlin(), destination=WARSAW, at=TUESDAY, method="DHL Paket") is None
    assert promise_for(channel=berlin(), destination=WARSAW, at=TUESDAY) is None
    deliver_often([4] * 300, channel=berlin(), until=date(2026, 3, 3), carrier="DHL Paket")
    learn_deliveries(on=date(2026, 3, 3), actor="test")
    found = promise_for(channel=berlin(), destination=WARSAW, at=TUESDAY, method="dhl-paket")
    assert found
    assert found.method is None
    assert found.promise.by == date(2026, 3, 7)


def test_a_promise_on_a_sunday_means_the_saturday_before() -> None:
    make_method()
    deliver_often([5] * 300, channel=berlin(), until=date(2026, 3, 3))
    learn_deliveries(on=date(2026, 3, 3), actor="test")
    found = promise_for(channel=berlin(), destination=WARSAW, at=TUESDAY, method="standard")
    assert found
    assert found.promise.by == date(2026, 3, 7)


def test_what_is_learnt_tomorrow_is_not_known_today() -> None:
    channel = berlin()
    deliver_often([3] * 250, channel=channel, until=date(2026, 3, 3))
    ways = [
        way(key=f"late:{n}", placed_on=date(2026, 2, 20), arrived_on=date(2026, 3, 3)) for n in range(500)
    ]
    record_transits(ways=ways)
    table = learn_deliveries(on=date(2026, 3, 3), actor="test")
    assert table
    assert table.deliveries == 250
    later = learn_deliveries(on=date(2026, 3, 4), actor="test")
    assert later
    assert later.deliveries == 750


def test_learning_again_replaces_the_days_table_and_old_ones_go() -> None:
    assert learn_deliveries(on=date(2026, 3, 3), actor="test") is None
    deliver_often([3] * 30, channel=berlin(), until=date(2026, 3, 1))
    for ahead in range(20):
        learn_deliveries(on=date(2026, 3, 3) + timedelta(days=ahead), actor="test")
    first = LearntTable.objects.earliest("learnt_on")
    assert LearntTable.objects.count() == 14
    assert first.learnt_on == date(2026, 3, 9)
    rows = LearntRow.objects.count()
    learn_deliveries(on=date(2026, 3, 22), actor="test")
    assert LearntRow.objects.count() == rows
    assert Entry.objects.filter(name="DeliveryLearnt").count() == 21


def test_the_first_promise_stays() -> None:
    make_method()
    found = promise_for(channel=berlin(), destination=WARSAW, at=TUESDAY, method="standard")
    later = promise_for(
        channel=berlin(), destination=WARSAW, at=TUESDAY + timedelta(days=9), method="standard"
    )
    assert found
    assert later
    keep_promise(reference="order:7", estimate=found, now=TUESDAY)
    keep_promise(reference="order:7", estimate=later, now=TUESDAY)
    given = given_for("order:7")
    assert given
    assert given.by_on == date(2026, 3, 6)
    assert promise_of(given) == found.promise
    said, why = words_of(given)
    assert said.startswith("At the latest")
    assert "6 March" in said
    assert why.startswith("Ordered before 14:00, so it is sent on Tuesday")
    assert "2–3 working days to Poland" in why


def test_a_way_is_recorded_once_and_its_end_added() -> None:
    record_transit(way=way(sent_on=date(2026, 3, 4)))
    one = Transit.objects.get()
    assert (one.days, one.carrier, one.region) == (None, "dhl", "00")
    for _ in range(2):
        record_transit(way=way(sent_on=date(2026, 3, 4), arrived_on=date(2026, 3, 6)))
    assert Transit.objects.get().days == 3


def test_a_way_remembers_what_was_promised() -> None:
    make_method()
    found = promise_for(channel=berlin(), destination=WARSAW, at=TUESDAY, method="standard")
    assert found
    keep_promise(reference="order:7", estimate=found, now=TUESDAY)
    record_transit(way=way(reference="order:7", promised_on=date(2026, 3, 30)))
    record_transit(way=way(key="parcel:2", promised_on=date(2026, 3, 30)))
    ours, shops = Transit.objects.order_by("key")
    assert (ours.likely_days, ours.by_days, ours.basis) == (3, 3, "rule")
    assert (shops.likely_days, shops.by_days, shops.basis) == (None, 27, "shop")


def test_a_way_that_ends_before_it_begins_is_left_out() -> None:
    assert (
        record_transits(ways=[way(arrived_on=date(2026, 3, 2)), way(key="b", arrived_on=date(2026, 3, 3))])
        == 1
    )
    assert Transit.objects.get().days == 0


def test_many_methods_cost_no_more_queries(django_assert_num_queries: object) -> None:
    for number in range(6):
        make_method(f"m{number}", names={"en": f"Method {number}"})
    channel = berlin()
    with django_assert_num_queries(3):  # type: ignore[operator]  # methods, zones, the newest table
        promise_for(channel=channel, destination=WARSAW, at=TUESDAY, method="Method 5")


def test_promises_name_nobody() -> None:
    assert {field.name for field in GivenPromise._meta.fields} == {
        "id",
        "reference",
        "earliest_on",
        "likely_on",
        "by_on",
        "basis",
        "given_at",
    }
