"""One message per fact, whatever is told twice, late or out of order; nothing that is not true any more."""

from __future__ import annotations

import itertools
import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection

from aftercart.kernel import clock
from aftercart.kernel.journal.publish import publish
from aftercart.kernel.journal.testing import hear_everything
from aftercart.kernel.outbox.models import Effect
from aftercart.messaging.actions import tell
from aftercart.messaging.models import Notice
from aftercart.messaging.testing import deliver_messages, part, tell_now
from aftercart.orders.actions import fulfil_order
from aftercart.orders.models import Order
from aftercart.orders.testing import make_order
from aftercart.stores.testing import make_merchant
from aftercart.tracking.actions import record_scan, register_parcel
from aftercart.tracking.events import ParcelDelayed
from aftercart.tracking.models import Parcel
from aftercart.tracking.news_rules import KIND_OF, WEIGHT, Fact, Seen, choose, why_stale

LISTENERS = (
    "tracking.note_sent",
    "tracking.note_scan",
    "tracking.note_status",
    "tracking.note_arrival",
    "tracking.note_delay",
)
_keys = itertools.count()


def make_parcel(order: Order, **values: object) -> Parcel:
    """A parcel of the order with a number."""
    return register_parcel(
        order_id=order.pk,
        key=f"news:{next(_keys)}",
        actor="test",
        carrier="DHL",
        tracking_number=f"TRACK{next(_keys)}",
        **values,  # type: ignore[arg-type]
    )


def scan(parcel: Parcel, status: str, *, minutes_ago: int = 0, **values: str) -> None:
    """The carrier says something."""
    at = clock.now() - timedelta(minutes=minutes_ago)
    record_scan(parcel_id=parcel.pk, status=status, occurred_at=at, actor="carrier", **values)


def subjects() -> list[str]:
    """Hear, tell and deliver everything; the subjects of what was sent."""
    hear_everything(*LISTENERS)
    tell_now()
    return [str(mail["subject"]) for mail in deliver_messages()]


def reasons() -> dict[str, str]:
    """What was not told, and why."""
    return dict(Notice.objects.filter(state="dropped").values_list("kind", "reason"))


@pytest.mark.django_db
def test_every_status_is_told_once_in_its_own_words() -> None:
    make_merchant()
    parcel = make_parcel(make_order(number="T1"))
    assert subjects() == ["Order T1 is on its way"]
    scan(parcel, "in_transit", minutes_ago=50)
    assert subjects() == []
    for minutes, (status, subject) in enumerate(
        {
            "exception": "A problem with your parcel (order T1)",
            "out_for_delivery": "Arriving today: order T1",
            "attempt_failed": "Your parcel could not be delivered (order T1)",
            "available_for_pickup": "Ready to collect: order T1",
            "delivered": "Delivered: order T1",
        }.items()
    ):
        scan(parcel, status, minutes_ago=40 - minutes)
        assert subjects() == [subject]
    assert subjects() == []
    assert reasons() == {}


@pytest.mark.django_db
def test_a_webhook_that_comes_five_times_and_a_replay_are_one_message() -> None:
    parcel = make_parcel(make_order())
    hear_everything(*LISTENERS)
    at = clock.now()
    for _ in range(5):
        record_scan(parcel_id=parcel.pk, status="out_for_delivery", occurred_at=at, actor="carrier")
        record_scan(
            parcel_id=parcel.pk, status="out_for_delivery", occurred_at=at, actor="carrier", place="Berlin"
        )
    assert len(subjects()) == 1
    record_scan(
        parcel_id=parcel.pk, status="out_for_delivery", occurred_at=at, actor="carrier", message="again"
    )
    assert subjects() == []


@pytest.mark.django_db
def test_news_that_was_overtaken_is_dropped_and_says_why() -> None:
    parcel = make_parcel(make_order(number="T1"))
    scan(parcel, "out_for_delivery", minutes_ago=2)
    hear_everything(*LISTENERS)
    scan(parcel, "delivered", minutes_ago=1)
    assert subjects() == ["Delivered: order T1"]
    assert reasons() == {
        "parcel_out_for_delivery": "the parcel has been delivered by now",
        "parcel_sent": "the parcel has been delivered by now",
    }


@pytest.mark.django_db
def test_what_becomes_untrue_between_telling_and_leaving_does_not_leave() -> None:
    parcel = make_parcel(make_order())
    hear_everything(*LISTENERS)
    tell_now()
    deliver_messages()
    scan(parcel, "out_for_delivery", minutes_ago=2)
    hear_everything(*LISTENERS)
    tell_now()
    scan(parcel, "delivered", minutes_ago=1)
    assert deliver_messages() == []
    (effect,) = Effect.objects.filter(state="stale")
    assert effect.last_error == "no longer true: the parcel has been delivered by now"


@pytest.mark.django_db
def test_facts_of_the_same_minutes_are_one_mail() -> None:
    order = make_order(number="T1")
    first, second = make_parcel(order), make_parcel(order)
    hear_everything(*LISTENERS)
    tell_now()
    (mail,) = deliver_messages()
    assert "2 parcels are on their way" in part(mail, "plain")
    assert part(mail, "plain").count("DHL") == 2
    scan(first, "out_for_delivery", minutes_ago=2)
    scan(second, "attempt_failed", minutes_ago=1)
    hear_everything(*LISTENERS)
    tell_now()
    (mail,) = deliver_messages()
    assert str(mail["subject"]) == "Your parcel could not be delivered (order T1)"
    assert "Out for delivery" in part(mail, "plain")


@pytest.mark.django_db
def test_the_last_of_several_parcels_completes_the_order() -> None:
    order = make_order(number="T1")
    lines = {row.pk: row.quantity for row in order.lines.all()}
    fulfil_order(order_id=order.pk, quantities_by_line=lines, key="f1", actor="test")
    first, second = make_parcel(order), make_parcel(order)
    subjects()
    scan(first, "delivered", minutes_ago=3)
    assert subjects() == ["Delivered: order T1"]
    scan(second, "delivered", minutes_ago=1)
    assert subjects() == ["Everything of order T1 has arrived"]


@pytest.mark.django_db
def test_a_second_attempt_tomorrow_is_told_again() -> None:
    parcel = make_parcel(make_order())
    scan(parcel, "attempt_failed", minutes_ago=26 * 60)
    assert len(subjects()) == 1
    scan(parcel, "out_for_delivery", minutes_ago=60)
    scan(parcel, "attempt_failed", minutes_ago=2)
    assert len(subjects()) == 1


@pytest.mark.django_db
def test_old_scans_and_history_are_not_told() -> None:
    parcel = make_parcel(make_order(), shipped_at=datetime(2026, 1, 2, tzinfo=UTC))
    scan(parcel, "delivered", minutes_ago=4 * 24 * 60)
    assert subjects() == []
    assert set(reasons().values()) == {"it happened more than three days before we heard of it"}


@pytest.mark.django_db
def test_without_an_address_the_reason_is_kept() -> None:
    make_parcel(make_order(email=""))
    assert subjects() == []
    assert reasons() == {"parcel_sent": "there is no address to write to"}


@pytest.mark.django_db
def test_the_mail_holds_what_a_shopper_needs() -> None:
    order = make_order(number="T1", language="pl")
    lines = {row.pk: 1 for row in order.lines.all()}
    make_parcel(order, quantities_by_line=lines)
    hear_everything(*LISTENERS)
    tell_now()
    (mail,) = deliver_messages()
    for kind in ("plain", "html"):
        text = part(mail, kind)
        for needed in ("Twoja paczka jest w drodze", "1 × Linen apron", "DHL", "TRACK", "/o/", "sztuk"):
            assert needed in text, (kind, needed)
    assert mail["content-language"] == "pl"


def late(parcel: Parcel) -> None:
    """The shop notices that a parcel is late."""
    event = ParcelDelayed(
        parcel_id=parcel.pk,
        order_id=parcel.order_id,
        customer_id=parcel.order.customer_id,
        channel_id=parcel.order.channel_id,
        delay_id=1,
        cause="promise",
        days_late=1,
        days_silent=0,
        promised_on=None,
        expected_by=date(2026, 12, 3),
        carrier="DHL",
    )
    publish(event, actor="system")


@pytest.mark.django_db
def test_a_delay_is_told_once_with_the_new_day_and_not_of_a_parcel_that_arrived() -> None:
    parcel = make_parcel(make_order(number="T1"))
    scan(parcel, "in_transit", minutes_ago=9)
    subjects()
    late(parcel)
    late(parcel)
    hear_everything(*LISTENERS)
    tell_now()
    (mail,) = deliver_messages()
    assert str(mail["subject"]) == "Your parcel is taking longer (order T1)"
    assert "it should be with you by December 3, 2026" in part(mail, "plain")
    other = make_parcel(make_order(number="T2"))
    late(other)
    scan(other, "delivered", minutes_ago=1)
    assert subjects() == ["Delivered: order T2"]
    assert reasons()["parcel_delayed"] == "the parcel has been delivered by now"


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_many_workers_tell_a_fact_once() -> None:
    parcel = make_parcel(make_order())
    scan(parcel, "out_for_delivery")
    hear_everything(*LISTENERS)
    about = f"order:{parcel.order_id}"
    start = threading.Barrier(4)
    settled: list[int] = []

    def work() -> None:
        start.wait()
        settled.append(tell(topic="parcels", about=about))
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(settled) == [0, 0, 0, 2]
    assert Effect.objects.filter(kind="message").count() == 1


@pytest.mark.parametrize("kind", WEIGHT)
def test_every_kind_is_true_for_some_status_and_stale_for_another(kind: str) -> None:
    verdicts = {status: why_stale(kind, [status]) for status in [*KIND_OF, "in_transit", "cancelled"]}
    assert "" in verdicts.values()
    assert any(verdicts.values())
    assert why_stale(kind, []) == "the parcel is gone"


def test_no_fact_is_lost() -> None:
    """Whatever is noted, each fact is either told or dropped with a reason, never both."""
    statuses = [*KIND_OF, "in_transit", "pending"]
    kinds = [kind for kind in WEIGHT if kind != "order_delivered"]
    for first, second, kind, other in itertools.product(statuses, statuses, kinds, kinds):
        facts = [Fact(id=1, kind=kind, parcel_id=1), Fact(id=2, kind=other, parcel_id=2)]
        choice = choose(facts, {1: Seen(status=first), 2: Seen(status=second)}, is_all_sent=True)
        assert sorted([*choice.covers, *choice.dropped]) == [1, 2]
        assert bool(choice.kind) == bool(choice.covers)
