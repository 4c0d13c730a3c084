"""A whole import of a small file: rows, states, money, history, and what a second run does."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from pathlib import Path

import pytest

from aftercart.connectors.actions import run_folder
from aftercart.connectors.models import Run
from aftercart.connectors.testing import import_files
from aftercart.connectors.tests.samples import ROWS, SHOP, write_shop
from aftercart.customers.actions import search_text
from aftercart.customers.models import Customer
from aftercart.kernel.journal.events import registry
from aftercart.kernel.journal.models import Entry
from aftercart.orders.actions import record_payment
from aftercart.orders.models import Line, Order, Payment
from aftercart.tracking.models import Parcel

pytestmark = pytest.mark.django_db


def rejects_of(run: Run) -> list[dict[str, str]]:
    with (run_folder(run) / "rejects.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_orders_span_rows_and_people_are_one_per_address(tmp_path: Path) -> None:
    run = import_files(SHOP, write_shop(tmp_path))
    assert run.counts == {
        "customers_added": 2,
        "customers_changed": 0,
        "orders_added": 3,
        "orders_changed": 0,
        "orders_unchanged": 0,
        "orders_kept": 0,
    }
    first = Order.objects.get(number="A1")
    assert (first.subtotal_minor, first.shipping_minor, first.total_minor) == (130_000, 990, 130_990)
    assert (first.state, first.payment_state, first.fulfilment_state) == ("completed", "paid", "fulfilled")
    assert first.placed_at == datetime(2025, 3, 1, 9, 0, tzinfo=UTC)
    assert first.ship_to == {"name": "Zofia Żak", "city": "Łódź", "postcode": "90-001", "country": "PL"}
    zofia = Customer.objects.get(email_key="zofia@example.pl")
    assert (zofia.orders_count, zofia.first_order_at) == (2, first.placed_at)
    assert zofia.search_text == search_text(zofia)
    assert zofia.words.filter(word__startswith="zofia").exists()
    lines = list(first.lines.values_list("position", "sku", "quantity", "total_minor", "fulfilled_quantity"))
    assert lines == [(1, "K1", 2, 5_100, 2), (2, "K2", 1, 124_900, 1)]
    second = Order.objects.get(number="A2")
    assert (second.payment_state, second.refunded_minor, second.state) == ("partly_refunded", 1_000, "open")
    assert Order.objects.get(number="A3").payment_state == "pending"


def test_the_journal_tells_the_story_as_history(tmp_path: Path) -> None:
    run = import_files(SHOP, write_shop(tmp_path))
    order = Order.objects.get(number="A1")
    story = Entry.objects.about(f"order:{order.pk}").order_by("occurred_at", "id")
    assert [entry.name for entry in story] == [
        "OrderPlaced",
        "OrderPaid",
        "OrderFulfilled",
        "ParcelSent",
        "ParcelDelivered",
    ]
    assert {(entry.is_history, entry.source) for entry in story} == {(True, run.source)}
    for entry in Entry.objects.filter(source=run.source):
        event = registry[entry.name].from_facts(entry.facts)
        assert event.facts() == entry.facts
        assert event.subject == entry.subject
    arrived = story.get(name="ParcelDelivered")
    # Half past midnight in Warsaw, the evening before in UTC: late by the shop's own calendar.
    assert arrived.facts["days_late"] == 1


def test_a_second_run_changes_nothing_and_a_changed_row_only_its_order(tmp_path: Path) -> None:
    path = write_shop(tmp_path)
    import_files(SHOP, path)
    before = list(Entry.objects.exclude(name="ImportFinished").order_by("id").values_list("id", "dedupe_key"))
    again = import_files(SHOP, path)
    assert again.counts["orders_unchanged"] == 3
    assert (
        list(Entry.objects.exclude(name="ImportFinished").order_by("id").values_list("id", "dedupe_key"))
        == before
    )
    kept = Order.objects.get(number="A1").pk
    changed = import_files(SHOP, write_shop(tmp_path, *ROWS[:3], ROWS[3].replace(";open;", ";paid;")))
    assert (changed.counts["orders_changed"], changed.counts["orders_unchanged"]) == (1, 2)
    order = Order.objects.get(number="A3")
    assert (order.payment_state, Payment.objects.filter(order=order).count(), order.lines.count()) == (
        "paid",
        1,
        1,
    )
    names = Entry.objects.about(f"order:{order.pk}").values_list("name", flat=True)
    assert sorted(names) == ["OrderChanged", "OrderPaid", "OrderPlaced"]
    assert Order.objects.get(number="A1").pk == kept
    assert Customer.objects.get(email_key="zofia@example.pl").orders_count == 2


def test_an_order_changed_in_the_shop_is_left_alone_and_listed(tmp_path: Path) -> None:
    import_files(SHOP, write_shop(tmp_path))
    order = Order.objects.get(number="A3")
    record_payment(order_id=order.pk, amount_minor=2_550, method="cash", key="till:1", actor="staff:1")
    run = import_files(SHOP, write_shop(tmp_path, *ROWS[:3], ROWS[3].replace(";0;;K1", ";5,00;;K1")))
    assert run.counts["orders_kept"] == 1
    assert [row["Order"] for row in rejects_of(run)] == ["A3"]
    assert rejects_of(run)[0]["reason"] == "the order was changed in the shop since it was imported"
    order.refresh_from_db()
    assert (order.shipping_minor, order.paid_minor) == (0, 2_550)


def test_bad_rows_are_rejected_with_the_reason_and_the_rest_is_imported(tmp_path: Path) -> None:
    bad = (
        "B1;99.99.2025 10:00;x@example.com;X;PL;;;paid;;;;K1;Kubek;1;5,00;;;",
        "B2;01.03.2025 10:00;y@example.com;Y;PL;;;paid;;;;K1;Kubek;many;5,00;;;",
        "B2;;;;;;;;;;;K1;Kubek;1;5,00;;;",
        "B3;01.03.2025 10:00;no address;Y;Atlantis;;;paid;;;;K1;Kubek;1;free;;;",
        "B4;01.03.2025 10:00;no address;Y;Atlantis;;;paid;;;;K1;Kubek;-1;5,00;;;",
        "B5;01.03.2025 10:00;no address;Y;Atlantis;;;paid;;;;K1;Kubek;1;5,00;;;",
        "B6;too;many;cells;;;;;;;;;;;;;;;;;;x",
    )
    run = import_files(SHOP, write_shop(tmp_path, *bad))
    reasons = {(row["row"], row["Order"]): row["reason"] for row in rejects_of(run)}
    assert reasons["2", "B1"] == "Date: “99.99.2025 10:00” is not a date and time we can read"
    assert reasons["3", "B2"] == "Qty: “many” is not a whole number"
    assert reasons["5", "B3"].startswith("Price: “free” is not an amount")
    assert reasons["6", "B4"].startswith("the quantity is -1, and the row is no credit")
    assert "22 cells" in reasons["8", ""]
    assert sorted(Order.objects.values_list("number", flat=True)) == ["B2", "B5"]
    assert Line.objects.count() == 2
    last = Order.objects.get(number="B5")
    assert (last.email, last.customer, last.ship_country) == ("", None, "")
    assert run.report["left_empty"] == {"order.email": 3, "order.ship_country": 3}


def test_a_number_another_source_took_is_kept_out(tmp_path: Path) -> None:
    from aftercart.orders.testing import make_order
    from aftercart.stores.testing import make_channel

    make_order(number="A2", channel=make_channel("files"))
    run = import_files(SHOP, write_shop(tmp_path), channel="files")
    assert (run.counts["orders_added"], run.counts["orders_kept"]) == (2, 1)
    assert Parcel.objects.count() == 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1250", "utf-16"])
def test_encodings_are_found_out(tmp_path: Path, encoding: str) -> None:
    import_files(SHOP, write_shop(tmp_path, encoding=encoding))
    assert Order.objects.get(number="A1").ship_to["city"] == "Łódź"
