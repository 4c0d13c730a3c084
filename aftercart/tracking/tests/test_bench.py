"""The queue, runs and packing on the desk."""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from aftercart.catalog.testing import make_product, stocked
from aftercart.customers.models import Customer
from aftercart.kernel import clock
from aftercart.kernel.journal.models import Entry
from aftercart.orders.actions import cancel_order, hold_order
from aftercart.orders.models import Fulfilment, Order
from aftercart.orders.testing import line, make_order
from aftercart.stores.models import Role, SavedView, StaffMember
from aftercart.stores.testing import make_channel, make_member, make_outsider
from aftercart.tracking.actions import erase_customer
from aftercart.tracking.models import Label, Parcel, Pick, PickRun

pytestmark = pytest.mark.django_db
QUEUE = "/desk/bench/"
PDF = b"%PDF-1.4\n1 0 obj\n<< >>\nendobj\n%%EOF\n"


@pytest.fixture(autouse=True)
def labels_here(settings: Settings, tmp_path: Path) -> Path:
    """Labels lie in this folder as long as the test runs."""
    own = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": tmp_path / "labels"},
    }
    settings.STORAGES = {**settings.STORAGES, "labels": own}
    assert storages["labels"].path("") == str(tmp_path / "labels")
    return tmp_path / "labels"


def signed_in(role: str = Role.WAREHOUSE, name: str = "Wes", **values: Any) -> Client:
    client = Client()
    client.force_login(make_member(name, role, **values).user)
    return client


def shown(client: Client, query: str = "") -> list[str]:
    """Numbers of the orders in the queue, as they come."""
    return [row["order"].number for row in client.get(QUEUE + query).context["rows"]]


def take(client: Client, *orders: Order, key: str = "k") -> Any:
    return client.post(f"{QUEUE}runs/", {"order": [order.pk for order in orders], "key": key}, follow=True)


def pack(client: Client, order: Order, do: Any = "done", **fields: Any) -> Any:
    return client.post(
        f"{QUEUE}orders/{order.pk}/", {"do": do, "key": "p", "parcels": "1", **fields}, follow=True
    )


def everything(order: Order) -> dict[str, int]:
    return {f"line-{one.pk}-1": one.open_quantity for one in order.lines.all()}


def test_the_queue_holds_what_can_be_sent_the_oldest_promise_first() -> None:
    today, now = timezone.localdate(), clock.now()
    make_order(number="LATER", promised_on=today + timedelta(days=3))
    make_order(number="LATE", promised_on=today - timedelta(days=1))
    make_order(number="NO-PROMISE")
    make_order(number="UNPAID", is_paid=False)
    make_order(number="WINDOW", change_minutes=30)
    hold_order(order_id=make_order(number="HELD").pk, reason="Wait.", actor="test")
    cancel_order(order_id=make_order(number="GONE").pk, reason="", actor="test")
    at_the_door = make_order(number="COD", is_paid=False, placed_at=now + timedelta(seconds=5))
    Order.objects.filter(pk=at_the_door.pk).update(payment_method="cash_on_delivery")
    client = signed_in()
    assert shown(client) == ["LATE", "LATER", "NO-PROMISE", "COD"]
    assert shown(client, "?show=late") == ["LATE"]


def test_counted_articles_must_be_there_and_what_is_set_aside_for_the_order_is() -> None:
    make_product()
    stocked("apron-sand", 2)
    make_order(number="MINE", lines=(line(quantity=2, sku="apron-sand"),))
    make_order(number="TOO-LATE", lines=(line(quantity=1, sku="apron-sand"),))
    client = signed_in()
    assert shown(client) == ["MINE"]
    stocked("apron-sand", 3)
    assert shown(client) == ["MINE", "TOO-LATE"]


def test_filters_and_saved_views() -> None:
    make_order(number="POLISH", country="PL")
    make_order(number="ONE", lines=(line(quantity=3),))
    client = signed_in()
    assert shown(client, "?country=pl") == ["POLISH"]
    assert shown(client, "?show=single") == ["ONE"]
    client.post(f"{QUEUE}views/", {"name": "Quick", "show": "single", "shared": "1"})
    view = SavedView.objects.get(page="bench")
    assert (view.query, view.owner is None) == ({"show": "single"}, False)
    assert "Quick" in client.get(QUEUE).content.decode()
    assert signed_in(name="Eve").post(f"{QUEUE}views/{view.pk}/").status_code == 404
    client.post(f"{QUEUE}views/{view.pk}/")
    assert not SavedView.objects.exists()


def test_the_queue_asks_a_fixed_number_of_times(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    client = signed_in()
    take(client, make_order(), make_order())
    for _ in range(12):
        make_order()
    with django_assert_max_num_queries(16):
        assert len(shown(client)) == 14


def test_a_run_sums_what_to_fetch_and_belongs_to_one_packer() -> None:
    first = make_order(lines=(line("Cup", 2, 500, "CUP"), line("Spoon", 1, 300)))
    second = make_order(lines=(line("Cup", 1, 500, "CUP"),))
    client = signed_in()
    page = take(client, first, second)
    assert [(row.sku, row.pieces) for row in page.context["articles"]] == [("CUP", 3), ("", 1)]
    take(client, first, second)
    assert PickRun.objects.count() == 1
    other = take(signed_in(name="Pia"), second, key="k")
    assert "Wes is packing this order" in other.content.decode()
    assert Pick.objects.count() == 2


def test_letting_go_and_time_bring_orders_back() -> None:
    order = make_order()
    client, pia = signed_in(), signed_in(name="Pia")
    take(client, order)
    run = PickRun.objects.get()
    client.post(f"{QUEUE}runs/{run.pk}/end/")
    client.post(f"{QUEUE}runs/{run.pk}/end/")
    assert Pick.objects.get().how == "released"
    take(pia, order)
    PickRun.objects.exclude(pk=run.pk).update(ends_at=clock.now() - timedelta(seconds=1))
    take(client, order, key="again")
    assert list(Pick.objects.order_by("pk").values_list("how", flat=True)) == ["released", "expired", ""]
    named = Entry.objects.filter(name__in=["PickStarted", "PickEnded"]).order_by("pk")
    assert [entry.name for entry in named] == ["PickStarted", "PickEnded", "PickStarted", "PickStarted"]


def test_one_order_is_packed_at_once_and_the_next_opens_by_itself() -> None:
    first, second = make_order(), make_order()
    client = signed_in()
    take(client, first, second)
    body = {**everything(first), "number-1": "1Z999AA10123456784"}
    page = pack(client, first, **body)
    assert page.redirect_chain[-1][0] == f"{QUEUE}orders/{second.pk}/"
    parcel = Parcel.objects.get()
    assert (parcel.carrier, parcel.carrier_code, parcel.lines.count()) == ("UPS", "ups", 2)
    first.refresh_from_db()
    assert (first.fulfilment_state, first.state) == ("fulfilled", "completed")
    pack(client, first, **body)
    assert Parcel.objects.count() == Fulfilment.objects.count() == 1
    assert pack(client, second, **everything(second)).redirect_chain[-1][0] == QUEUE


def test_scanning_counts_and_tells_what_is_wrong() -> None:
    order = make_order(lines=(line("Cup", 1, 500, "CUP"), line("Spoon", 1, 300, "SPOON")))
    client = signed_in()
    cup = order.lines.get(sku="CUP")
    page = pack(client, order, "count", scan="cup")
    assert page.context["form"].packed == {(cup.pk, 1): 1}
    again = pack(client, order, "count", scan="CUP", **{f"line-{cup.pk}-1": 1})
    assert (again.status_code, "packed already" in again.content.decode()) == (422, True)
    wrong = pack(client, order, "count", scan="FORK", **{f"line-{cup.pk}-1": 1})
    assert "“FORK” is not in this order" in wrong.content.decode()
    assert wrong.context["form"].packed == {(cup.pk, 1): 1}
    assert not Fulfilment.objects.exists()


def test_splitting_makes_several_parcels_with_their_own_numbers() -> None:
    order = make_order()
    apron, spoons = order.lines.all()
    client = signed_in()
    page = pack(client, order, "split", **{f"line-{apron.pk}-1": 1})
    assert len(page.context["parcels"]) == 2
    fields = {f"line-{apron.pk}-1": 1, f"line-{spoons.pk}-1": 1, f"line-{spoons.pk}-2": 1}
    pack(client, order, parcels="2", **fields, **{"number-1": "A1", "number-2": "B2", "carrier-2": "GLS"})
    boxes = [
        (p.tracking_number, sum(p.lines.values_list("quantity", flat=True)))
        for p in Parcel.objects.order_by("pk")
    ]
    assert boxes == [("A1", 2), ("B2", 1)]
    assert Fulfilment.objects.count() == 1


def test_a_part_leaves_and_the_rest_stays_in_the_queue() -> None:
    order = make_order()
    client = signed_in()
    pack(client, order, **{f"line-{order.lines.all()[0].pk}-1": 1})
    order.refresh_from_db()
    assert order.fulfilment_state == "partial"
    assert shown(client) == [order.number]


@pytest.mark.parametrize("what", ["cancelled", "held", "taken", "too_many", "nothing", "empty"])
def test_what_cannot_leave_is_refused_in_words_and_nothing_is_written(what: str) -> None:
    order, client = make_order(), signed_in()
    fields: dict[str, Any] = everything(order)
    said = {
        "cancelled": "is cancelled",
        "held": "is held",
        "taken": "Pia is packing",
        "too_many": "Only 1 of",
        "nothing": "Nothing is packed yet",
        "empty": "Parcel 2 is empty",
    }[what]
    if what == "cancelled":
        cancel_order(order_id=order.pk, reason="", actor="test")
    elif what == "held":
        hold_order(order_id=order.pk, reason="Ask first.", actor="test")
    elif what == "taken":
        take(signed_in(name="Pia"), order)
    elif what == "too_many":
        fields[next(iter(fields))] = 2
    elif what == "nothing":
        fields = {}
    else:
        fields["parcels"] = "2"
    page = pack(client, order, **fields)
    assert page.status_code == 422
    assert said in page.content.decode()
    assert not Fulfilment.objects.exists()
    assert not Parcel.objects.exists()


def png() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (200, 300), "white").save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize(("content", "ending"), [(PDF, "pdf"), (png(), "png")])
def test_labels_are_kept_in_private_and_printed_again(content: bytes, ending: str, labels_here: Path) -> None:
    order, client = make_order(), signed_in()
    pack(client, order, **everything(order), **{"label-1": SimpleUploadedFile("x.exe", content)})
    kept = Label.objects.get()
    assert kept.name.endswith(f".{ending}")
    address = f"/desk/parcels/{kept.parcel_id}/label/"
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer["Cache-Control"]
    assert address in client.get(f"/desk/orders/{order.pk}/").content.decode()
    assert signed_in(name="Vic", role=Role.VIEWER).get(address).status_code == 404
    assert len(list(labels_here.iterdir())) == 1


@pytest.mark.parametrize(
    "content",
    [b"<svg></svg>", b"%PDF-1.4 cut", PDF.replace(b"<< >>", b"<< /OpenAction 1 >>"), b"\x89PNG\r\n\x1a\nno"],
)
def test_what_is_no_label_is_refused_and_leaves_no_file(content: bytes, labels_here: Path) -> None:
    order, client = make_order(), signed_in()
    page = pack(client, order, **everything(order), **{"label-1": SimpleUploadedFile("label.pdf", content)})
    assert page.status_code == 422
    assert not Parcel.objects.exists()
    assert not labels_here.exists() or not list(labels_here.iterdir())


def test_a_refusal_takes_the_labels_file_away_again(labels_here: Path) -> None:
    order, client = make_order(), signed_in()
    fields = everything(order)
    hold_order(order_id=order.pk, reason="Ask first.", actor="test")
    pack(client, order, **fields, **{"label-1": SimpleUploadedFile("label.pdf", PDF)})
    assert not labels_here.exists() or not list(labels_here.iterdir())


def test_forgetting_a_person_deletes_their_labels(
    labels_here: Path, django_capture_on_commit_callbacks: Any
) -> None:
    order, client = make_order(), signed_in()
    pack(client, order, **everything(order), **{"label-1": SimpleUploadedFile("label.pdf", PDF)})
    with django_capture_on_commit_callbacks(execute=True):
        erase_customer(customer_id=Customer.objects.get().pk)
    assert not Label.objects.exists()
    assert not list(labels_here.iterdir())


def test_slips_speak_the_shoppers_language() -> None:
    order = make_order(language="pl")
    client = signed_in()
    page = client.get(f"{QUEUE}orders/{order.pk}/slip/").content.decode()
    assert "Lindenweg 5" in page
    assert "Zamówienie" in page
    both = client.get(f"{QUEUE}slips/?order={order.pk}&order={make_order().pk}").content.decode()
    assert both.count("bench-slip-head") == 2


def test_roles_and_channels_and_the_outsider() -> None:
    order, elsewhere = make_order(), make_order(channel=make_channel("elsewhere"))
    take(signed_in(), order)
    run = PickRun.objects.get()
    addresses = [
        QUEUE,
        f"{QUEUE}runs/{run.pk}/",
        f"{QUEUE}orders/{order.pk}/",
        f"{QUEUE}orders/{order.pk}/slip/",
        f"{QUEUE}slips/?order={order.pk}",
    ]
    mallory = Client()
    mallory.force_login(make_outsider())
    posts = [f"{QUEUE}runs/", f"{QUEUE}runs/{run.pk}/end/", f"{QUEUE}orders/{order.pk}/", f"{QUEUE}views/"]
    for client in (mallory, signed_in(Role.VIEWER, "Vic"), signed_in(Role.MARKETER, "Mel")):
        assert {client.get(address).status_code for address in addresses} == {404}
        assert {client.post(address).status_code for address in posts} == {404}
    narrow = signed_in(name="Nia")
    StaffMember.objects.get(user__name="Nia").channels.add(elsewhere.channel)
    assert shown(narrow) == [elsewhere.number]
    assert narrow.get(f"{QUEUE}orders/{order.pk}/").status_code == 404
    assert narrow.get(f"{QUEUE}runs/{run.pk}/").status_code == 404
    assert narrow.post(f"{QUEUE}runs/{run.pk}/end/").status_code == 404
    assert Client().get(QUEUE).status_code == 302
