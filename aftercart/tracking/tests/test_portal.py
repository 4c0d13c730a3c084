"""The parcels' part of the order page: each parcel's story, lateness, and what is still here."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from aftercart.kernel import clock
from aftercart.orders.actions import cancel_order, fulfil_order
from aftercart.orders.models import Order
from aftercart.orders.permissions import order_page_path
from aftercart.orders.testing import line, make_order
from aftercart.tracking.actions import record_scan, register_parcel
from aftercart.tracking.models import Parcel, Reason, Status
from aftercart.tracking.numbers import tracking_page
from aftercart.tracking.portal_words import MEANINGS, PROBLEMS, late_advice
from aftercart.tracking.rules import Box, days_silent, outlook

NOW = datetime(2026, 3, 12, 12, 0, tzinfo=UTC)


def send(order: Order, *line_numbers: int, promised_on: date | None = None, key: str = "p") -> Parcel:
    """A parcel with the lines of these numbers (0 is the first), or with everything that is open."""
    lines = list(order.lines.all())
    wanted = {lines[number].pk: lines[number].quantity for number in line_numbers} or None
    fulfilment = fulfil_order(order_id=order.pk, key=f"f-{key}", actor="test", quantities_by_line=wanted)
    return register_parcel(
        order_id=order.pk,
        key=key,
        actor="test",
        carrier="DHL",
        tracking_number="00340434161094042557",
        fulfilment=fulfilment,
        promised_on=promised_on,
    )


def scan(parcel: Parcel, status: str, days_ago: float = 0, **told: str) -> None:
    at = clock.now() - timedelta(days=days_ago)
    record_scan(parcel_id=parcel.pk, status=status, occurred_at=at, actor="test", **told)


def shown(client: Client, order: Order) -> str:
    return client.get(order_page_path(order.pk)).content.decode()


@pytest.mark.parametrize(
    ("boxes", "expected"),
    [
        ([], None),
        ([("pending", None)], None),
        ([("cancelled", None)], None),
        ([("in_transit", 0)], ("under_way", 1, 1)),
        ([("in_transit", 2)], ("late", 1, 1)),
        ([("out_for_delivery", 0), ("in_transit", 0)], ("today", 1, 2)),
        ([("out_for_delivery", 1), ("delivered", 3)], ("late", 1, 2)),
        ([("delivered", 3)], ("arrived", 1, 1)),
        ([("delivered", 0), ("pending", None)], ("part_arrived", 1, 2)),
        ([("lost", 4), ("in_transit", 4)], ("problem", 1, 2)),
        ([("available_for_pickup", 1), ("lost", 4)], ("pickup", 1, 2)),
        ([("attempt_failed", 1), ("exception", 0)], ("attempt_failed", 1, 2)),
    ],
)
def test_the_one_thing_to_say(
    boxes: list[tuple[str, int | None]], expected: tuple[str, int, int] | None
) -> None:
    seen = outlook([Box(status=status, late_by=late) for status, late in boxes], is_all_sent=True)
    assert (seen and (seen.kind, seen.count, seen.of)) == expected


def test_an_order_has_not_arrived_while_some_of_it_is_still_here() -> None:
    seen = outlook([Box(status="delivered", late_by=0)], is_all_sent=False)
    assert seen is not None
    assert seen.kind == "part_arrived"


def test_silence_is_counted_while_a_parcel_is_under_way() -> None:
    then = NOW - timedelta(days=3, hours=1)
    assert days_silent(newest_at=then, status="in_transit", now=NOW) == 3
    assert days_silent(newest_at=then, status="delivered", now=NOW) == 0
    assert days_silent(newest_at=None, status="in_transit", now=NOW) == 0


def test_every_status_has_words() -> None:
    assert set(MEANINGS) == set(Status.values)


@pytest.mark.parametrize(
    ("language", "days", "said"),
    [
        ("pl", 1, "o 1 dzień"),
        ("pl", 3, "o 3 dni"),
        ("ru", 1, "на 1 день"),
        ("ru", 3, "на 3 дня"),
        ("ru", 5, "на 5 дней"),
        ("ja", 2, "2日遅れ"),
        ("th", 2, "2 วัน"),
    ],
)
def test_lateness_takes_the_languages_plural(language: str, days: int, said: str) -> None:
    with translation.override(language):
        assert said in late_advice(days=days, silent_days=0)


@pytest.mark.parametrize(
    ("carrier", "number", "url", "expected"),
    [
        ("DHL Paket", "00 34", "", "https://www.dhl.com/global-en/home/tracking.html?tracking-id=00%2034"),
        ("InPost", "62", "", "https://inpost.pl/sledzenie-przesylek?number=62"),
        ("DHL", "1", "https://track.example/1", "https://track.example/1"),
        ("DHL", "1", "javascript:alert(1)", "https://www.dhl.com/global-en/home/tracking.html?tracking-id=1"),
        ("Uncle Bob", "1", "", ""),
        ("DHL", "", "", ""),
    ],
)
def test_the_carriers_own_page(carrier: str, number: str, url: str, expected: str) -> None:
    assert tracking_page(carrier=carrier, tracking_number=number, tracking_url=url) == expected


@pytest.mark.django_db
def test_several_parcels_and_what_is_still_here(client: Client) -> None:
    order = make_order()
    scan(send(order, 0), "in_transit", place="Leipzig")
    page = shown(client, order)
    assert "Your order is on its way" in page
    for word in ("Parcel", "Leipzig", "See it at DHL", "Still with us", "2 × Oak spoon", "2 not sent yet"):
        assert word in page


@pytest.mark.django_db
def test_a_late_parcel_says_so_and_what_to_do(client: Client) -> None:
    order = make_order()
    parcel = send(order, promised_on=clock.now().date() - timedelta(days=3))
    scan(parcel, "in_transit", days_ago=4.5)
    page = shown(client, order)
    for word in (
        "Your parcel is late",
        "It is 3 days later than promised.",
        "nothing for 4 days",
        "Was due on",
    ):
        assert word in page


@pytest.mark.django_db
def test_a_parcel_that_came_late_is_not_late_any_more(client: Client) -> None:
    order = make_order()
    parcel = send(order, promised_on=clock.now().date() - timedelta(days=3))
    scan(parcel, "delivered", days_ago=1)
    page = shown(client, order)
    assert "Your order has arrived" in page
    assert "2 days later than promised" in page
    assert "Was due on" not in page


@pytest.mark.django_db
def test_what_carriers_say_never_becomes_html(client: Client) -> None:
    order = make_order()
    scan(send(order), "exception", message="<img src=x>", place="<b>Here</b>")
    page = shown(client, order)
    assert "A parcel needs attention" in page
    assert "<img src=x>" not in page
    assert "<b>Here</b>" not in page


@pytest.mark.django_db
def test_a_cancelled_order_has_nothing_to_wait_for(client: Client) -> None:
    order = make_order()
    cancel_order(order_id=order.pk, reason="", actor="test")
    assert "When does it come?" not in shown(client, order)


@pytest.mark.django_db
def test_delivered_and_then_a_problem_says_both(client: Client) -> None:
    order = make_order(placed_at=clock.now() - timedelta(days=9))
    parcel = send(order)
    scan(parcel, "delivered", days_ago=2)
    scan(parcel, "exception", days_ago=1, reason="damaged")
    page = shown(client, order)
    assert "A parcel needs attention" in page
    assert "The carrier had reported it delivered on" in page
    assert "The carrier reports damage." in page
    assert "Your order has arrived" not in page


@pytest.mark.django_db
def test_a_code_nobody_knows_is_shown_in_the_carriers_words_or_not_at_all(client: Client) -> None:
    order = make_order(placed_at=clock.now() - timedelta(days=9))
    parcel = send(order)
    scan(parcel, "in_transit", days_ago=2)
    scan(parcel, "", days_ago=1, raw_code="Q7", message="Sorted by hand")
    scan(parcel, "", days_ago=0.5, raw_code="Q8")
    page = shown(client, order)
    assert "Sorted by hand" in page
    assert "Q7" not in page
    assert "News from the carrier" not in page


@pytest.mark.django_db
def test_a_scan_dated_ahead_is_not_shown_yet(client: Client) -> None:
    order = make_order(placed_at=clock.now() - timedelta(days=9))
    parcel = send(order)
    scan(parcel, "in_transit", days_ago=2, place="Ulm")
    scan(parcel, "delivered", days_ago=-90, place="Tomorrowland")
    page = shown(client, order)
    assert "Ulm" in page
    assert "Tomorrowland" not in page


@pytest.mark.django_db
@pytest.mark.parametrize("many", [1, 6])
def test_the_page_asks_the_database_twelve_times_at_most(
    client: Client, many: int, django_assert_max_num_queries: Any
) -> None:
    order = make_order(placed_at=clock.now() - timedelta(days=9), lines=(line("Spoon", 12),))
    spoons = order.lines.get(sku="", title="Spoon")
    for number in range(many):
        parcel = register_parcel(
            order_id=order.pk, key=f"p{number}", actor="test", quantities_by_line={spoons.pk: 2}
        )
        for day in range(5):
            scan(parcel, "in_transit", days_ago=day, raw_code="X", place=f"Town {day}")
    with django_assert_max_num_queries(12):
        shown(client, order)


def test_every_reason_has_its_advice() -> None:
    assert set(PROBLEMS) == set(Reason.values) - {"other"}
