"""Asking carriers through karrio, at a fake carrier on loopback: readings, budgets, pauses, sharing."""

from __future__ import annotations

import builtins
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connections

from aftercart.kernel import clock
from aftercart.orders.testing import make_order
from aftercart.tracking.actions import claim_looks, note_trouble, record_scan, register_parcel
from aftercart.tracking.asking import ask, has_due
from aftercart.tracking.carriers.karrio.source import (
    KarrioMissing,
    KarrioSource,
    dhl_source,
    load,
    ups_source,
)
from aftercart.tracking.looking_rules import next_look, pause_after
from aftercart.tracking.models import CarrierService, Parcel, Scan
from aftercart.tracking.ports import NotAllowed, UnknownNumber, Unreachable
from aftercart.tracking.tests.fake_carrier import FakeCarrier, dhl_answer, fake_carrier, ups_answer

UPS, DHL = "1Z5R89390357567127", "00340434161094042557"


@pytest.fixture
def fake() -> Iterator[FakeCarrier]:
    with fake_carrier() as carrier:
        carrier.answers[UPS] = ups_answer(
            ("I", "OT", "Out For Delivery Today", "2026-03-12T08:04:16", "+01:00"),
            ("M", "MP", "Shipper created a label", "2026-03-10T09:00:00", "+01:00"),
        )
        carrier.answers[DHL] = dhl_answer(
            ("delivered", "Delivered", "2026-03-12T10:00:00"),
            ("pre-transit", "Announced", "2026-03-10T10:00:00"),
        )
        yield carrier


def ups(fake: FakeCarrier, **more: Any) -> KarrioSource:
    return ups_source("id", "secret", address=fake.address, **more)


def dhl(fake: FakeCarrier, **more: Any) -> KarrioSource:
    return dhl_source("key", address=fake.address, **more)


def make_parcel(number: str, key: str = "p") -> Parcel:
    order = make_order(placed_at=clock.now() - timedelta(days=300))
    return register_parcel(order_id=order.pk, key=f"{key}{number}", actor="test", tracking_number=number)


def test_ups_through_karrio_keeps_code_and_time(fake: FakeCarrier) -> None:
    out, label = ups(fake).look(UPS)
    assert (out.status, label.status) == ("out_for_delivery", "info_received")
    assert out.occurred_at == datetime(2026, 3, 12, 7, 4, 16, tzinfo=UTC)
    assert fake.keys == {"Bearer t"}


def test_dhl_through_karrio_knows_pre_transit(fake: FakeCarrier) -> None:
    arrived, announced = dhl(fake).look(DHL)
    assert (arrived.status, announced.status) == ("delivered", "info_received")
    assert arrived.occurred_at == datetime(2026, 3, 12, 9, tzinfo=UTC)
    assert fake.keys == {"key"}


def test_trouble_has_its_kind(fake: FakeCarrier) -> None:
    with pytest.raises(UnknownNumber):
        dhl(fake).look("00340434161094022115")
    fake.status, fake.refusal = 401, {"status": 401, "title": "Unauthorized"}
    with pytest.raises(NotAllowed):
        dhl(fake).look(DHL)
    fake.status, fake.refusal = 503, {"oops": 1}
    with pytest.raises(Unreachable):
        dhl(fake).look(DHL)


def test_a_carrier_that_does_not_answer_is_not_waited_for(fake: FakeCarrier) -> None:
    fake.delay = 1.0
    source = dhl(fake)
    source.patience = 0.2
    with pytest.raises(Unreachable, match="No answer within"):
        source.look(DHL)
    with pytest.raises(Unreachable):
        dhl_source("key", address="http://127.0.0.1:9").look(DHL)


def test_without_the_extra_the_line_that_installs_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    original = builtins.__import__

    def refuse(name: str, *rest: Any, **more: Any) -> Any:
        if name.startswith("karrio"):
            raise ImportError(name)
        return original(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", refuse)
    with pytest.raises(KarrioMissing, match=r"aftercart\[karrio\]"):
        load()


@pytest.mark.django_db
def test_a_turn_records_what_is_said_and_asks_again_when_it_is_time(fake: FakeCarrier) -> None:
    parcel, source = make_parcel(DHL), dhl(fake)
    assert has_due(source, clock.now())
    assert ask(source) == 1
    parcel.refresh_from_db()
    assert (parcel.status, parcel.look_at, parcel.looked_at is not None) == ("delivered", None, True)
    assert ask(source) == 0
    assert fake.asked == {DHL: 1}
    assert set(Scan.objects.values_list("source", flat=True)) == {"dhl"}


@pytest.mark.django_db
def test_a_number_not_known_yet_is_asked_about_less_and_less(fake: FakeCarrier) -> None:
    parcel, source = make_parcel("00340434161094022115"), dhl(fake)
    assert ask(source) == 1
    parcel.refresh_from_db()
    assert (parcel.look_failures, parcel.look_problem) == (1, "No shipment found.")
    assert parcel.look_at is not None
    assert parcel.look_at > clock.now() + timedelta(hours=7)
    assert CarrierService.objects.get(code="dhl").failures == 0


@pytest.mark.django_db
def test_a_carrier_that_refuses_is_left_alone_and_no_other_is(fake: FakeCarrier) -> None:
    make_parcel(DHL)
    make_parcel(DHL, "q")
    waiting = make_parcel(UPS)
    fake.status, fake.refusal = 429, {"status": 429, "title": "Too many requests"}
    assert ask(dhl(fake)) == 0
    assert fake.asked == {DHL: 1}
    service = CarrierService.objects.get(code="dhl")
    assert (service.problem, service.failures) == ("Too many requests", 1)
    assert service.paused_until is not None
    assert not has_due(dhl(fake), clock.now())
    assert claim_looks(source=dhl(fake), now=clock.now()) == []
    fake.status = 200
    assert ask(ups(fake)) == 1
    waiting.refresh_from_db()
    assert waiting.heard_at == datetime(2026, 3, 12, 7, 4, 16, tzinfo=UTC)
    later = service.paused_until + timedelta(seconds=1)
    assert len(claim_looks(source=dhl(fake), now=later)) == 2


@pytest.mark.django_db
def test_what_the_carrier_asks_for_is_waited(fake: FakeCarrier) -> None:
    parcel, now = make_parcel(DHL), clock.now()
    claim_looks(source=dhl(fake), now=now)
    until = note_trouble(source=dhl(fake), unasked=[parcel], problem="Busy", retry_after=7200, now=now)
    assert until == now + timedelta(hours=2)


@pytest.mark.django_db
def test_the_budget_of_an_hour_is_not_overdrawn(fake: FakeCarrier) -> None:
    for number in range(5):
        make_parcel(DHL, f"p{number}")
    source, now = dhl(fake, budget=3), clock.now()
    assert [len(claim_looks(source=source, now=now, most=2)) for _ in range(3)] == [2, 1, 0]
    assert not has_due(source, now)
    assert len(claim_looks(source=source, now=now + timedelta(hours=1))) == 3


@pytest.mark.django_db
def test_finished_parcels_and_other_carriers_are_not_asked_about(fake: FakeCarrier) -> None:
    parcel = make_parcel(DHL)
    make_parcel(UPS)
    record_scan(parcel_id=parcel.pk, status="delivered", occurred_at=clock.now(), actor="test")
    assert not has_due(dhl(fake), clock.now())
    assert ask(dhl(fake)) == 0
    assert not fake.asked


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_workers_share_the_questions(fake: FakeCarrier) -> None:
    numbers = [DHL, "00340434161094022115"]
    for number in numbers:
        make_parcel(number)
    parcels = [make_parcel(DHL, f"x{n}") for n in range(30)]
    start, answered = Barrier(4), []

    def work() -> None:
        try:
            start.wait()
            source = dhl(fake)
            while done := ask(source):
                answered.append(done)
        finally:
            connections.close_all()

    threads = [Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(answered) == len(parcels) + 2
    assert fake.asked.total() == len(parcels) + 2


@pytest.mark.parametrize(
    ("status", "failures", "hours"),
    [("in_transit", 0, 2), ("in_transit", 3, 16), ("in_transit", 90, 24), ("expired", 4, 24)],
)
def test_how_often(status: str, failures: int, hours: int) -> None:
    assert next_look(status, failures=failures) == timedelta(hours=hours)


def test_pauses_double_up_to_an_hour() -> None:
    assert [pause_after(n).total_seconds() / 60 for n in (0, 1, 2, 3, 50)] == [1, 1, 2, 4, 60]
