"""One person through every app: all of it is handed out, none of it survives an erasure."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import timezone

from aftercart.customers.actions import (
    Person,
    edit_customer,
    find_or_add_customer,
    link_identity,
    record_consent,
)
from aftercart.customers.models import Customer
from aftercart.helpdesk.actions import answer_question, note_ticket
from aftercart.helpdesk.models import Ticket
from aftercart.helpdesk.testing import make_question
from aftercart.kernel.api.models import StoredAnswer
from aftercart.kernel.journal.models import DeadLetter, Entry
from aftercart.kernel.journal.track import TrackedEvent, record_tracked
from aftercart.kernel.ledger.actions import grant
from aftercart.kernel.ledger.testing import make_account
from aftercart.kernel.outbox.enqueue import send
from aftercart.kernel.outbox.models import Effect
from aftercart.kernel.privacy.erasing import ErasureHinderedError, erase_person
from aftercart.kernel.privacy.exporting import export_person
from aftercart.kernel.privacy.scrubbing import ERASED
from aftercart.orders.actions import cancel_order, note_order, refund_order
from aftercart.orders.models import Order, Refund
from aftercart.orders.testing import make_order
from aftercart.reviews.actions import record_review
from aftercart.reviews.models import Review
from aftercart.stores.testing import make_channel, make_owner
from aftercart.tracking.actions import record_scan, register_parcel
from aftercart.tracking.models import Parcel

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)

# Every word that leads to Zelda Quux, one per place it is stored in.
TRACES = (
    "zelda@quux.example",
    "Zelda Quux",
    "Quuxweg 17",
    "+49 170 5550123",
    "Q1U7X",
    "visitor-quux",
    "shopify-quux",
    "TRACKQUUX1",
    "quux-parcel-remark",
    "quux-town",
    "quux-question",
    "quux-answer",
    "quux-note",
    "quux-inner",
    "quux-review",
    "quux-mail-body",
    "quux-likes",
)


def everything_stored() -> str:
    """Every value of every row of every table of the project, as one text."""
    rows = (
        f"{model._meta.label}: {row}"
        for model in apps.get_models()
        if model.__module__.startswith("aftercart.")
        for row in model.objects.values()  # type: ignore[attr-defined]
    )
    return "\n".join(rows)


@pytest.fixture
def zelda() -> Customer:
    """Somebody who left a trace in every table there is, a year ago."""
    long_ago = timezone.now() - timedelta(days=365)
    order = make_order(
        email="zelda@quux.example", name="Zelda Quux", postcode="Q1U7X", placed_at=long_ago, number="A-1"
    )
    Order.objects.filter(pk=order.pk).update(phone="+49 170 5550123")
    ship_to = order.ship_to | {"line1": "Quuxweg 17", "phone": "+49 170 5550123"}
    Order.objects.filter(pk=order.pk).update(ship_to=ship_to, bill_to=ship_to)
    customer = Customer.objects.get(email="zelda@quux.example")
    know(customer)
    send_parcel(order, long_ago)
    talk(order)
    note_order(order_id=order.pk, text="quux-note", actor="staff:1")
    refund_order(
        order_id=order.pk, amount_minor=100, reason="too big, says Zelda Quux", key="r", actor="staff:1"
    )
    record_review(
        order=order,
        score=2,
        source="csv",
        external_id="1",
        written_at=long_ago,
        actor="import:1",
        text="quux-review",
    )
    browse()
    write_to(customer, order)
    grant(account=make_account(f"customer:{customer.pk}"), amount=150, key="g", actor="system")
    return customer


def know(customer: Customer) -> None:
    person = Person(email="zelda@quux.example", phone="+49 170 5550123", city="quux-town", postcode="Q1U7X")
    find_or_add_customer(person=person, actor="test")
    edit_customer(
        customer_id=customer.pk, changes={"note": "quux-inner", "name": "Zelda Quux"}, actor="staff:1"
    )
    link_identity(customer_id=customer.pk, source="shopify", value="shopify-quux")
    link_identity(customer_id=customer.pk, source="anonymous", value="visitor-quux")
    record_consent(
        customer_id=customer.pk, purpose="marketing", is_granted=True, source="checkout", actor="shopper:1"
    )


def send_parcel(order: Order, at: datetime) -> None:
    parcel = register_parcel(
        order_id=order.pk,
        key="p",
        actor="staff:1",
        tracking_number="TRACKQUUX1",
        tracking_url="https://carrier.example/TRACKQUUX1",
        shipped_at=at,
    )
    record_scan(
        parcel_id=parcel.pk,
        status="delivered",
        message="quux-parcel-remark",
        place="quux-town",
        occurred_at=at,
        key="s",
        actor="token:1",
    )


def talk(order: Order) -> None:
    member = make_owner()
    ticket = make_question("quux-question", order=order)
    note_ticket(ticket_id=ticket.pk, text="quux-inner", key="n", member=member)
    newest = ticket.messages.order_by("-pk").values_list("pk", flat=True)[0]
    answer_question(
        ticket_id=ticket.pk, text="quux-answer", key="a", member=member, last_seen_id=newest, closes=True
    )


def browse() -> None:
    channel = make_channel()
    for number, (name, facts) in enumerate(
        [
            ("Product Viewed", {"name": "Linen apron", "url": "/p?e=zelda%40quux.example"}),
            ("Customer Identified", {"fullName": "Zelda Quux", "likes": "quux-likes"}),
        ]
    ):
        tracked = TrackedEvent(
            message_id=f"m{number}",
            name=name,
            kind="identify" if number else "track",
            anonymous_id="visitor-quux",
            channel_id=channel.pk,
            properties=facts,
            occurred_at=NOW,
        )
        record_tracked([tracked])


def write_to(customer: Customer, order: Order) -> None:
    with transaction.atomic():
        for number, subject in enumerate(["", f"order:{order.pk}"]):
            send(
                "email",
                {"to": "zelda@quux.example", "text": "quux-mail-body"},
                key=f"mail:{number}",
                purpose="transactional",
                customer_id=None if subject else customer.pk,
                subject=subject,
            )
    StoredAnswer.objects.create(
        caller="token:1",
        key="k",
        digest="",
        status=201,
        body='{"email":"zelda@quux.example"}',
        created_at=NOW,
    )
    entry = Entry.objects.filter(name="OrderPlaced").get()
    DeadLetter.objects.create(
        listener="messaging.confirm",
        entry=entry,
        error="no mailbox zelda@quux.example",
        traceback="Zelda Quux",
        first_failed_at=NOW,
        last_failed_at=NOW,
    )


def test_everything_known_is_handed_out(zelda: Customer) -> None:
    made = export_person(zelda.pk, actor="staff:1", now=NOW)
    archive = zipfile.ZipFile(io.BytesIO(made.content))
    assert made.filename == f"customer-{zelda.pk}-2026-11-01.zip"
    assert set(archive.namelist()) == set(made.files)
    texts = {name: archive.read(name).decode() for name in archive.namelist()}
    handed_out = "\n".join(text for name, text in texts.items() if name.endswith(".json"))
    assert [trace for trace in TRACES if trace not in handed_out] == []
    assert texts["orders/orders.csv"].startswith("\ufeffid,number,")
    assert json.loads(texts["orders/orders.json"])[0]["total_minor"] == Order.objects.get().total_minor
    assert "orders.Order: pseudonymised on request" in texts["README.txt"]
    assert Entry.objects.filter(name="PersonExported", customer_id=zelda.pk, actor="staff:1").exists()


def test_an_export_is_of_one_person_only(zelda: Customer) -> None:
    make_order(email="sam@shopper.example", name="Sam Shopper")
    archive = zipfile.ZipFile(io.BytesIO(export_person(zelda.pk, actor="staff:1").content))
    assert not any(b"sam@shopper.example" in archive.read(name) for name in archive.namelist())


def test_a_spreadsheet_runs_nothing_of_an_export(zelda: Customer) -> None:
    edit_customer(customer_id=zelda.pk, changes={"name": "=HYPERLINK(1)"}, actor="staff:1")
    archive = zipfile.ZipFile(io.BytesIO(export_person(zelda.pk, actor="staff:1").content))
    assert "'=HYPERLINK(1)" in archive.read("customers/customer.csv").decode()
    assert json.loads(archive.read("customers/customer.json"))[0]["name"] == "=HYPERLINK(1)"


def test_no_trace_is_left_anywhere(zelda: Customer) -> None:
    before = everything_stored()
    assert [trace for trace in TRACES if trace not in before] == []
    erase_person(zelda.pk, actor="staff:1", now=NOW)
    after = everything_stored()
    left = [
        line for line in after.splitlines() if "quux" in line.lower() or "5550123" in line or "Q1U7X" in line
    ]
    assert left == []


def test_what_the_law_keeps_stays(zelda: Customer) -> None:
    total = Order.objects.get().total_minor
    erase_person(zelda.pk, actor="staff:1", now=NOW)
    order = Order.objects.get()
    assert (order.total_minor, order.customer_id, order.ship_to) == (total, zelda.pk, {"country": "DE"})
    assert Refund.objects.get().reason == f"too big, says {ERASED}"
    assert Review.objects.get().score == 2
    assert Parcel.objects.get().delivered_at is not None
    assert Ticket.objects.get().closed_at is not None
    assert {effect.state for effect in Effect.objects.all()} == {"cancelled"}
    viewed = Entry.objects.get(name="Product Viewed")
    assert viewed.facts["properties"]["name"] == "Linen apron"
    told = Entry.objects.get(name="PersonErased")
    assert (told.customer_id, told.actor) == (zelda.pk, "staff:1")
    erased = Customer.objects.get(pk=zelda.pk)
    assert (str(erased), erased.erased_at) == (f"Customer {zelda.pk}", NOW)


def test_others_are_left_alone(zelda: Customer) -> None:
    other = make_order(email="sam@shopper.example", name="Sam Shopper")
    erase_person(zelda.pk, actor="staff:1", now=NOW)
    other.refresh_from_db()
    assert (other.email, other.ship_to["name"]) == ("sam@shopper.example", "Sam Shopper")


def test_erasing_twice_changes_nothing(zelda: Customer) -> None:
    erase_person(zelda.pk, actor="staff:1", now=NOW)
    before = everything_stored()
    assert erase_person(zelda.pk, actor="staff:1", now=NOW + timedelta(days=1)).rows == 0
    assert everything_stored() == before


def test_a_dry_run_tells_exactly_what_would_be_done(zelda: Customer) -> None:
    before = everything_stored()
    planned = erase_person(zelda.pk, actor="staff:1", is_dry_run=True, now=NOW)
    assert everything_stored() == before
    done = erase_person(zelda.pk, actor="staff:1", now=NOW)
    assert planned.outcomes == done.outcomes
    assert planned.rows >= 15


def test_who_still_waits_for_something_is_not_forgotten(zelda: Customer) -> None:
    late = make_order(email="zelda@quux.example", name="Zelda Quux", number="A-2")
    with pytest.raises(ErasureHinderedError, match="Order A-2 is paid and not yet sent"):
        erase_person(zelda.pk, actor="staff:1")
    assert Customer.objects.get(pk=zelda.pk).name == "Zelda Quux"
    make_question("where is it?", order=late)
    parcel = register_parcel(order_id=late.pk, key="p2", actor="staff:1", tracking_number="TRACK2")
    planned = erase_person(zelda.pk, actor="staff:1", is_dry_run=True)
    assert len(planned.hindrances) == 3
    record_scan(parcel_id=parcel.pk, status="delivered", occurred_at=timezone.now(), key="s", actor="system")
    cancel_order(order_id=late.pk, actor="staff:1", reason="Zelda Quux asked")
    assert erase_person(zelda.pk, actor="staff:1", is_forced=True).rows > 0
    assert "quux" not in everything_stored().lower()


def run(*words: str) -> str:
    out = StringIO()
    call_command("privacy", *words, stdout=out)
    return out.getvalue()


def test_the_command_line_exports(zelda: Customer, tmp_path: Path) -> None:
    target = tmp_path / "zelda.zip"
    assert "Give it to nobody but the customer" in run("export", f"--customer={zelda.pk}", f"--out={target}")
    assert zipfile.is_zipfile(target)
    assert target.stat().st_mode & 0o777 == 0o600


def test_the_command_line_erases(zelda: Customer) -> None:
    planned = json.loads(run("erase", f"--customer={zelda.pk}", "--dry-run", "--json"))
    assert planned["dry_run"] is True
    assert planned["tables"]["orders.Order"] == 1
    assert Customer.objects.get(pk=zelda.pk).email
    assert f"Customer {zelda.pk}: {planned['rows']} rows were erased" in run(
        "erase", f"--customer={zelda.pk}"
    )
    assert not Customer.objects.get(pk=zelda.pk).email


def test_the_command_line_says_why_not(zelda: Customer) -> None:
    with pytest.raises(CommandError, match="There is no customer 0"):
        run("erase", "--customer=0")
    make_order(email="zelda@quux.example", name="Zelda Quux", number="A-2")
    with pytest.raises(CommandError, match=r"A-2 is paid.*--force"):
        run("erase", f"--customer={zelda.pk}")


def test_the_command_line_shows_what_is_kept() -> None:
    assert "orders.Order             pseudonymised  as long as tax law asks" in run("tables")
    rows = json.loads(run("tables", "--json"))
    assert {"orders.Order", "journal.Entry", "ledger.Lot"} <= {row["table"] for row in rows}
