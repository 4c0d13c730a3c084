"""The export shows what the database holds, rewrites only what changed, and forgets no change."""

from __future__ import annotations

import json
import threading
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.db import connection, transaction

from aftercart.claims.testing import make_claim_on
from aftercart.connectors.events import ImportUndone
from aftercart.delivery.models import GivenPromise
from aftercart.guides.actions import tell_outcome
from aftercart.guides.testing import make_guide
from aftercart.helpdesk.testing import make_question
from aftercart.insights.actions import mark_all_stale, mark_stale
from aftercart.insights.export import manifest as manifests
from aftercart.insights.export import refresh, tables
from aftercart.insights.export.manifest import Manifest, read_manifest
from aftercart.insights.export.refresh import refresh_export
from aftercart.insights.export.writing import sweep, write_chunk
from aftercart.insights.models import ExportIdentity, StaleChunk
from aftercart.kernel import clock
from aftercart.kernel.journal.positions import anything_beyond_horizon
from aftercart.kernel.journal.publish import publish
from aftercart.kernel.journal.testing import hear_everything
from aftercart.kernel.work.testing import run_due_jobs, until
from aftercart.orders.actions import cancel_order, refund_order
from aftercart.orders.models import Order
from aftercart.orders.testing import make_order
from aftercart.reviews.actions import record_review
from aftercart.stores.testing import make_channel
from aftercart.tracking.actions import explain_code, record_scan, register_parcel
from aftercart.tracking.models import Scan

pytestmark = pytest.mark.django_db
PLACED = datetime(2026, 3, 1, 23, 30, 15, 250_000, tzinfo=UTC)


def export(*, full: bool = False) -> Manifest:
    """Hear the journal and export, in the test's transaction."""
    hear_everything("insights.mark_changes")
    return refresh_export(full=full)


def rows(manifest: Manifest, table: str) -> list[dict[str, object]]:
    read = pa.concat_tables([pq.read_table(path) for path in manifest.paths(table)])
    return list(read.to_pylist())


def test_the_first_export_holds_every_table() -> None:
    order = make_order(placed_at=PLACED, promised_on=date(2026, 3, 5))
    parcel = register_parcel(order_id=order.pk, key="p1", actor="test", carrier="DHL")
    record_scan(parcel_id=parcel.pk, status="delivered", occurred_at=PLACED, actor="test")
    record_review(order=order, score=4, source="shop", external_id="r1", written_at=PLACED, actor="test")

    manifest = export()

    assert manifest.is_complete
    assert {name: manifest.count(name) for name in tables.TABLES} == {
        "orders": 1,
        "lines": 2,
        "customers": 1,
        "parcels": 1,
        "reviews": 1,
        "questions": 0,
        "claims": 0,
        "answers": 0,
        "channels": 1,
    }
    [exported] = rows(manifest, "orders")
    assert exported["placed_at"] == PLACED.replace(microsecond=0)
    assert exported["total_minor"] == order.total_minor
    assert exported["promised_on"] == date(2026, 3, 5)
    assert [line["quantity"] for line in rows(manifest, "lines")] == [1, 2]
    assert rows(manifest, "parcels")[0]["status"] == "delivered"


def test_an_order_is_exported_with_the_promise_that_was_given() -> None:
    promised, other = make_order(placed_at=PLACED), make_order(placed_at=PLACED)
    GivenPromise.objects.create(
        reference=f"order:{promised.pk}",
        earliest_on=date(2026, 3, 3),
        likely_on=date(2026, 3, 4),
        by_on=date(2026, 3, 6),
        given_at=PLACED,
    )
    found = {row["id"]: (row["likely_on"], row["by_on"]) for row in rows(export(), "orders")}
    assert found == {promised.pk: (date(2026, 3, 4), date(2026, 3, 6)), other.pk: (None, None)}


def test_a_parcel_is_exported_with_the_stages_of_its_way() -> None:
    """Announcements are no way, codes count as the merchant explains them, dates far ahead do not count."""
    order = make_order(placed_at=PLACED)
    parcel = register_parcel(order_id=order.pk, key="p1", actor="test", carrier="DHL")
    quiet = register_parcel(order_id=order.pk, key="p2", actor="test")
    told = [
        "info_received",
        "in_transit",
        "attempt_failed",
        "out_for_delivery",
        "attempt_failed",
        "delivered",
    ]
    for hour, status in enumerate(told):
        record_scan(
            parcel_id=parcel.pk, status=status, occurred_at=PLACED + timedelta(hours=hour), actor="test"
        )
    ahead = clock.now() + timedelta(days=9)
    record_scan(parcel_id=quiet.pk, status="out_for_delivery", occurred_at=ahead, actor="test")
    explain_code(source="dhl", raw_code="XY", status="in_transit", actor="test")
    Scan.objects.create(
        parcel=parcel, source="dhl", raw_code="XY", key="xy", occurred_at=PLACED, recorded_at=PLACED
    )

    [first, second] = rows(export(), "parcels")

    start = PLACED.replace(microsecond=0)
    assert (first["first_scan_at"], first["out_at"]) == (start, start + timedelta(hours=3))
    assert (first["failed_attempts"], second["failed_attempts"]) == (2, 0)
    assert (second["first_scan_at"], second["out_at"]) == (None, None)


def test_questions_claims_and_answers_reach_the_files_as_they_happen() -> None:
    export()
    claim = make_claim_on()
    make_question(order=claim.order)

    manifest = export()

    assert [row["topic"] for row in rows(manifest, "questions")] == ["where"]
    assert [(row["id"], row["kind"]) for row in rows(manifest, "claims")] == [(claim.pk, claim.kind)]


def test_an_answer_without_an_order_has_the_date_of_utc() -> None:
    guide = make_guide()
    export()
    tell_outcome(guide_id=guide.pk, has_worked=True, language="en", key="k1", actor="test")
    [answer] = rows(export(), "answers")
    assert (answer["channel_id"], answer["has_worked"]) == (None, True)
    assert answer["told_on"] == clock.now().astimezone(UTC).date()


def test_dates_are_those_of_the_channel() -> None:
    channel = make_channel("tokyo", timezone="Asia/Tokyo")
    make_order(placed_at=PLACED, channel=channel)
    make_order(placed_at=PLACED, channel=make_channel("lima", timezone="America/Lima"))

    assert [row["placed_on"] for row in rows(export(), "orders")] == [date(2026, 3, 2), date(2026, 3, 1)]


def test_nobody_can_be_recognised_in_the_files(data_dir: Path) -> None:
    make_order(email="sam@shopper.example", name="Sam Shopper")
    export()
    contents = b"".join(path.read_bytes() for path in data_dir.glob("parquet/*/*.parquet"))
    assert b"shopper.example" not in contents
    assert b"Sam Shopper" not in contents
    assert not {"name", "email", "phone", "ship_to"} & {column.name for column in tables.CUSTOMERS.columns}


def test_nothing_is_written_when_nothing_changed() -> None:
    make_order()
    first = export()
    assert export() == first


def test_an_empty_shop_has_tables_with_columns_and_no_rows() -> None:
    manifest = export()
    assert manifest.is_complete
    assert rows(manifest, "orders") == []
    assert pq.read_schema(manifest.paths("orders")[0]).names == tables.ORDERS.schema.names


def test_only_chunks_that_changed_are_written_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "CHUNK_SPAN", 1)
    orders = [make_order() for _ in range(3)]
    before = export()
    refund_order(order_id=orders[1].pk, amount_minor=100, key="r", reason="", actor="test")

    after = export()

    changed = {
        chunk for chunk, name in after.files["orders"].items() if before.files["orders"][chunk] != name
    }
    assert changed == {orders[1].pk}
    assert {row["id"]: row["refunded_minor"] for row in rows(after, "orders")}[orders[1].pk] == 100
    assert before.files["customers"].keys() == after.files["customers"].keys()


def test_a_cancelled_order_reaches_its_customer_too() -> None:
    order = make_order()
    export()
    cancel_order(order_id=order.pk, reason="wrong size", actor="test")
    manifest = export()
    assert rows(manifest, "orders")[0]["state"] == "cancelled"
    assert rows(manifest, "customers")[0]["orders_count"] == 0


def test_a_change_during_the_export_is_not_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    order = make_order()

    def change_after_reading(table: tables.ExportTable, *rest: object, **more: object) -> object:
        written = write_chunk(table, *rest, **more)  # type: ignore[arg-type]
        if table.name == "orders":
            Order.objects.filter(pk=order.pk).update(discount_code="LATE")
            mark_stale(chunks=[("orders", tables.chunk_of(order.pk))], actor="test")
        return written

    with monkeypatch.context() as patched:
        patched.setattr(refresh, "write_chunk", change_after_reading)
        assert rows(export(), "orders")[0]["discount_code"] == ""
    assert StaleChunk.objects.count() == 1
    assert rows(export(), "orders")[0]["discount_code"] == "LATE"
    assert StaleChunk.objects.count() == 0


def test_rows_that_are_gone_leave_the_files() -> None:
    make_order()
    manifest = export()
    assert manifest.count("orders") == 1
    Order.objects.all().delete()
    mark_all_stale(actor="test", exported=manifest.chunks())
    assert export().count("orders") == 0


def test_an_undone_import_leaves_the_files() -> None:
    make_order()
    assert export().count("lines") == 2
    Order.objects.all().delete()
    with transaction.atomic():
        publish(ImportUndone(run_id=1, orders_removed=1, orders_kept=0))
    assert export().count("lines") == 0


def test_a_full_export_sees_what_no_event_told() -> None:
    order = make_order()
    export()
    Order.objects.filter(pk=order.pk).update(discount_code="BY-HAND")
    assert rows(export(), "orders")[0]["discount_code"] == ""
    assert rows(export(full=True), "orders")[0]["discount_code"] == "BY-HAND"


def test_a_renamed_channel_is_brought_along() -> None:
    channel = make_channel()
    assert rows(export(), "channels")[0]["name"] == "Main"
    channel.name = "Flagship"
    channel.save()
    assert rows(export(), "channels")[0]["name"] == "Flagship"


def test_files_of_another_database_are_not_believed() -> None:
    make_order()
    first = export()
    ExportIdentity.objects.all().delete()
    second = export()
    assert second.database != first.database
    assert second.count("orders") == 1
    assert second.files["orders"] != first.files["orders"]


def test_an_export_that_is_stopped_goes_on_where_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "CHUNK_SPAN", 1)
    monkeypatch.setattr(refresh, "GROUP", 1)
    for _ in range(3):
        make_order()
    hear_everything("insights.mark_changes")
    looks = iter([False, False, True])
    stopped = refresh_export(should_stop=lambda: next(looks))
    assert not stopped.is_complete
    assert StaleChunk.objects.exists()

    told: list[tuple[int, int]] = []
    finished = refresh_export(progress=lambda done, total: told.append((done, total)))

    assert finished.is_complete
    assert finished.count("orders") == 3
    assert told[-1][0] == told[-1][1] > 0
    assert not StaleChunk.objects.exists()


def test_replaced_files_stay_for_readers_and_go_later(data_dir: Path) -> None:
    order = make_order()
    before = export()
    cancel_order(order_id=order.pk, reason="", actor="test")
    after = export()
    assert before.paths("orders")[0].exists()
    assert sweep(after, now=datetime.now(tz=UTC).timestamp() + 3600) > 0
    assert not before.paths("orders")[0].exists()
    assert after.paths("orders")[0].exists()


def test_a_manifest_of_another_schema_is_written_anew(data_dir: Path) -> None:
    make_order()
    export()
    place = manifests.folder() / "manifest.json"
    told = json.loads(place.read_text())
    place.write_text(json.dumps(told | {"schema": 0}))
    assert read_manifest() is None
    assert export().count("orders") == 1


def test_a_batch_larger_than_memory_allows_is_read_in_parts() -> None:
    from aftercart.insights.export.reading import batches, channel_zones

    for _ in range(5):
        make_order()
    chunks = list({tables.chunk_of(pk) for pk in Order.objects.values_list("pk", flat=True)})
    sizes = [b.num_rows for chunk in chunks for b in batches(tables.ORDERS, chunk, channel_zones(), rows=2)]
    assert max(sizes) == 2
    assert sum(sizes) == 5


def test_the_schedules_run_as_jobs() -> None:
    from aftercart.kernel.work.jobs import enqueue

    make_order()
    enqueue("insights.export")
    enqueue("insights.export_in_full")
    assert run_due_jobs() == 2
    manifest = read_manifest()
    assert manifest is not None
    assert manifest.count("orders") == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_an_order_whose_transaction_commits_late_is_exported() -> None:
    """A slow transaction places an order first and commits last; an export runs in between."""
    make_channel()
    placed, may_commit = threading.Event(), threading.Event()

    def place_slowly() -> None:
        with transaction.atomic():
            make_order(number="SLOW", email="slow@shopper.example")
            placed.set()
            may_commit.wait(30)
        connection.close()

    slow = threading.Thread(target=place_slowly)
    slow.start()
    assert placed.wait(30)
    make_order(number="QUICK", email="quick@shopper.example")
    refresh_export()
    may_commit.set()
    slow.join()
    until(lambda: not anything_beyond_horizon())  # another database's transaction may hold entries back

    manifest = refresh_export()

    assert {row["number"] for row in rows(manifest, "orders")} == {"QUICK", "SLOW"}
