from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercart.delivery.calendars import Calendar
from aftercart.delivery.rules import (
    MethodRule,
    Promise,
    Reason,
    ZoneRule,
    carrier_key,
    estimate,
    local,
    region_key,
    zone_for,
)

BERLIN = ZoneInfo("Europe/Berlin")
WEEK = {day: time(14) for day in range(5)}
POLAND = ZoneRule(name="Poland", countries=("PL",), transit_min=2, transit_max=3)
METHOD = MethodRule(carrier="DHL", cut_offs=WEEK, zones=(POLAND,), origin=Calendar(country="DE"))


def promised(at: datetime, method: MethodRule = METHOD, country: str = "PL") -> Promise:
    found = estimate(method=method, country=country, postcode="00-950", at=at)
    assert found
    return found


@pytest.mark.parametrize(
    ("at", "sent", "earliest", "by", "is_after"),
    [
        ("2026-03-03T13:59", date(2026, 3, 3), date(2026, 3, 5), date(2026, 3, 6), False),
        ("2026-03-03T14:00", date(2026, 3, 4), date(2026, 3, 6), date(2026, 3, 9), True),
        ("2026-03-06T15:00", date(2026, 3, 9), date(2026, 3, 11), date(2026, 3, 12), True),
        ("2026-03-08T09:00", date(2026, 3, 9), date(2026, 3, 11), date(2026, 3, 12), False),
        # 1 May is a holiday in both countries, 3 May a Sunday: sent on Monday the 4th
        ("2026-04-30T15:00", date(2026, 5, 4), date(2026, 5, 6), date(2026, 5, 7), True),
        # Polish independence day on Wednesday 11 November costs the way a day
        ("2026-11-09T10:00", date(2026, 11, 9), date(2026, 11, 12), date(2026, 11, 13), False),
        ("2025-12-31T18:00", date(2026, 1, 2), date(2026, 1, 7), date(2026, 1, 8), True),
    ],
)
def test_when_it_leaves_and_comes(*, at: str, sent: date, earliest: date, by: date, is_after: bool) -> None:
    promise = promised(datetime.fromisoformat(at).replace(tzinfo=BERLIN))
    assert (promise.reason.sent_on, promise.earliest, promise.by) == (sent, earliest, by)
    assert promise.reason.is_after_cut_off is is_after


def test_the_clock_change_does_not_move_the_cut_off() -> None:
    for day in (27, 30):
        at = datetime(2026, 3, day, 13, 59, tzinfo=BERLIN)
        assert promised(at).reason.sent_on == date(2026, 3, day)
    utc = local(datetime(2026, 3, 30, 12, 30, tzinfo=ZoneInfo("UTC")), "Europe/Berlin")
    assert promised(utc).reason.is_after_cut_off  # 14:30 in Berlin, summer time


def test_handling_counts_days_that_are_worked() -> None:
    slow = MethodRule(cut_offs={0: time(12), 3: time(12)}, handling_days=2, zones=(POLAND,))
    assert promised(datetime(2026, 3, 2, 9, tzinfo=BERLIN), slow).reason.sent_on == date(2026, 3, 9)


def test_saturday_rounds() -> None:
    friday = datetime(2026, 3, 6, 10, tzinfo=BERLIN)
    one_day = (ZoneRule(transit_min=1, transit_max=1),)
    assert promised(friday, MethodRule(cut_offs=WEEK, zones=one_day)).by == date(2026, 3, 9)
    rounds = MethodRule(cut_offs=WEEK, zones=one_day, delivers_saturday=True)
    assert promised(friday, rounds).by == date(2026, 3, 7)


def test_the_holiday_that_cost_a_day_is_told() -> None:
    assert promised(datetime(2026, 11, 9, 10, tzinfo=BERLIN)).reason.holidays == (date(2026, 11, 11),)
    assert promised(datetime(2026, 11, 16, 10, tzinfo=BERLIN)).reason.holidays == ()


def test_where_a_method_does_not_go() -> None:
    assert (
        estimate(method=METHOD, country="JP", postcode="150-0001", at=datetime(2026, 3, 3, tzinfo=BERLIN))
        is None
    )


@pytest.mark.parametrize(
    ("entry", "postcode", "fits"),
    [
        ("10000-19999", "10115", True),
        ("10000-19999", "1 0115", True),
        ("10000-19999", "20095", False),
        ("10000-19999", "", False),
        ("10-19", "10115", True),
        ("10-19", "19999", True),
        ("10-19", "20000", False),
        ("IV*", "iv27 4ab", True),
        ("IV*", "", False),
        ("IV*", "EC1A 1BB", False),
        ("SW1A 1AA", "sw1a1aa", True),
        ("SW1A 1AA", "sw1a1ab", False),
    ],
)
def test_postcodes(*, entry: str, postcode: str, fits: bool) -> None:
    zone = ZoneRule(postcodes=(entry,), transit_min=1, transit_max=1)
    assert (zone_for([zone], country="DE", postcode=postcode) is zone) is fits


def test_the_first_zone_counts() -> None:
    islands = ZoneRule(name="Islands", countries=("DE",), postcodes=("27498",), transit_min=4, transit_max=6)
    rest = ZoneRule(name="Everywhere", transit_min=1, transit_max=2)
    assert zone_for([islands, rest], country="DE", postcode="27498") is islands
    assert zone_for([islands, rest], country="DE", postcode="10115") is rest


@given(
    at=st.datetimes(
        datetime.fromisoformat("2024-01-01"), datetime.fromisoformat("2027-01-01"), timezones=st.just(BERLIN)
    ),
    low=st.integers(0, 8),
    more=st.integers(0, 8),
    handling=st.integers(0, 5),
    saturday=st.booleans(),
    country=st.sampled_from(["DE", "PL", "JP", "TH", "BR", "XX"]),
)
def test_promises_run_forward_and_later_orders_never_come_sooner(
    *, at: datetime, low: int, more: int, handling: int, saturday: bool, country: str
) -> None:
    method = MethodRule(
        cut_offs=WEEK,
        handling_days=handling,
        zones=(ZoneRule(transit_min=low, transit_max=low + more),),
        origin=Calendar(country="DE"),
        delivers_saturday=saturday,
    )
    promise, later = promised(at, method, country), promised(at + timedelta(hours=30), method, country)
    sent = promise.reason.sent_on
    assert sent
    assert at.date() <= sent <= promise.earliest <= promise.likely <= promise.by
    assert Calendar(country="DE").is_working(sent)
    assert promise.by <= later.by


def test_a_promise_that_runs_backwards_is_refused() -> None:
    reason = Reason(basis="rule", sent_on=None, country="DE")
    with pytest.raises(ValueError, match="forward"):
        Promise(earliest=date(2026, 3, 3), likely=date(2026, 3, 2), by=date(2026, 3, 4), reason=reason)


def test_keys() -> None:
    assert carrier_key("DHL Paket") == carrier_key("dhl-paket") == "dhlpaket"
    assert region_key(" Bayern ", "80331") == "BAYERN"
    assert region_key("", "00-950") == "00"
    assert region_key("", "") == ""
