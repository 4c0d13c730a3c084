"""Imports on the desk: from the upload to the undo, and who may do it."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from aftercart.connectors.models import Run, RunState
from aftercart.connectors.tests.samples import HEADING, ROWS
from aftercart.kernel.work.testing import run_due_jobs
from aftercart.orders.models import Order
from aftercart.stores.models import Channel, Role
from aftercart.stores.testing import make_channel, make_member, make_outsider

pytestmark = pytest.mark.django_db

FILES = Path(__file__).parent / "files"
OWN = (
    "Order ID;Order date;E-mail;Customer name;SKU;Product;Qty;Unit price\n"
    "7;31.01.2026 10:00;zofia@example.pl;Zofia;K1;Kubek;2;25,50\n"
    "7;31.01.2026 10:00;zofia@example.pl;Zofia;K2;Talerz;1;10,00\n"
    "8;01.02.2026 11:00;sam@example.com;Sam;K1;Kubek;x;25,50\n"
    "9;02.02.2026 11:00;sam@example.com;Sam;K1;Kubek;1;25,50\n"
)


def signed_in(role: str = Role.OWNER, name: str = "Ada") -> Client:
    client = Client()
    client.force_login(make_member(name, role).user)
    return client


def upload(client: Client, *files: tuple[str, bytes]) -> Run:
    sent = [SimpleUploadedFile(name, content) for name, content in files]
    answer = client.post("/desk/imports/new/", {"files": sent})
    assert answer.status_code == 302, answer.content.decode()
    return Run.objects.latest("id")


def chosen(client: Client, run: Run) -> dict[str, str]:
    """What the set-up form shows, ready to be sent."""
    page = client.get(f"/desk/imports/{run.pk}/setup/")
    forms = [page.context["form"], page.context["layout_form"]]
    fields = [field for form in forms if form for field in form]
    return {field.html_name: str(field.value() or "") for field in fields}


@pytest.mark.parametrize(
    "path", ["", "new/", "{}/", "{}/setup/", "{}/preview/", "{}/progress/", "{}/rejects/"]
)
def test_the_outsider_gets_404_and_the_stranger_signs_in(path: str) -> None:
    run = upload(signed_in(), ("own.csv", OWN.encode()))
    address = f"/desk/imports/{path.format(run.pk)}"
    assert Client().get(address).status_code == 302
    mallory = Client()
    mallory.force_login(make_outsider())
    assert mallory.get(address).status_code == 404


@pytest.mark.parametrize("door", ["new", "start", "undo", "retry", "discard", "setup"])
def test_an_agent_sees_imports_and_runs_none(door: str) -> None:
    run = upload(signed_in(), ("own.csv", OWN.encode()))
    ben = signed_in(Role.AGENT, "Ben")
    assert ben.get("/desk/imports/").status_code == 200
    assert ben.post(f"/desk/imports/{'new' if door == 'new' else f'{run.pk}/{door}'}/", {}).status_code == 404
    assert "New import" not in ben.get("/desk/imports/").content.decode()


def test_a_file_of_ones_own_from_upload_to_undo() -> None:
    client = signed_in()
    run = upload(client, ("own.csv", OWN.encode("cp1250")))
    given = chosen(client, run)
    assert (given["holds"], given["dates"], given["decimal"]) == ("orders", "day", ",")
    assert [given[f"column-{n}"] for n in range(8)] == [
        "order.key",
        "order.placed_at",
        "order.email",
        "order.name",
        "line.sku",
        "line.title",
        "line.quantity",
        "line.unit_price",
    ]
    given |= {"channel": "new", "new_channel": "Market stall", "currency": "pln", "timezone": "Europe/Warsaw"}
    assert client.post(f"/desk/imports/{run.pk}/setup/", given).status_code == 302
    preview = client.get(f"/desk/imports/{run.pk}/preview/").content.decode()
    assert "PLN\u00a061.00" in preview or "PLN 61.00" in preview
    assert "Qty: “x” is not a whole number" in preview
    assert not Order.objects.exists()
    assert client.post(f"/desk/imports/{run.pk}/start/").status_code == 302
    assert "Waiting for the worker" in client.get(f"/desk/imports/{run.pk}/").content.decode()
    run_due_jobs()
    run.refresh_from_db()
    assert run.state == RunState.FINISHED, run.error
    assert Order.objects.get(number="7").total_minor == 6100
    assert Channel.objects.get(slug="market-stall").currency == "PLN"
    rejects = b"".join(client.get(f"/desk/imports/{run.pk}/rejects/")).decode()
    assert "own.csv,4," in rejects
    page = client.get(f"/desk/imports/{run.pk}/").content.decode()
    assert "Orders added" in page
    assert client.get(f"/desk/imports/{run.pk}/progress/").headers["HX-Refresh"] == "true"
    assert client.post(f"/desk/imports/{run.pk}/undo/").status_code == 302
    run_due_jobs()
    run.refresh_from_db()
    assert run.state == RunState.UNDONE
    assert not Order.objects.exists()
    assert "Removed: orders" in client.get(f"/desk/imports/{run.pk}/").content.decode()


def test_known_exports_are_recognised_and_need_no_columns() -> None:
    client = signed_in()
    orders = (FILES / "shopify_orders.csv").read_bytes()
    run = upload(
        client, ("orders.csv", orders), ("people.csv", (FILES / "shopify_customers.csv").read_bytes())
    )
    assert run.format == "shopify"
    page = client.get(f"/desk/imports/{run.pk}/setup/").content.decode()
    assert "Shopify exports" in page
    assert "What the columns mean" not in page
    channel = make_channel("store")
    client.post(f"/desk/imports/{run.pk}/setup/", {"channel": str(channel.pk)})
    assert "#1001" in client.get(f"/desk/imports/{run.pk}/preview/").content.decode()
    client.post(f"/desk/imports/{run.pk}/start/")
    run_due_jobs()
    assert Order.objects.filter(channel=channel).count() == 4


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("virus.exe", b"MZ", "is none of .csv"),
        ("empty.csv", b"", "is empty"),
        ("book.csv", b"PK\x03\x04", "spreadsheet or a zip"),
    ],
)
def test_files_we_cannot_read_are_refused_in_words(name: str, content: bytes, words: str) -> None:
    answer = signed_in().post("/desk/imports/new/", {"files": SimpleUploadedFile(name, content)})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Run.objects.exists()


def test_two_columns_cannot_mean_the_same() -> None:
    client = signed_in()
    run = upload(client, ("own.csv", OWN.encode()))
    given = chosen(client, run) | {"column-5": "line.sku", "channel": "new", "new_channel": "Stall"}
    answer = client.post(f"/desk/imports/{run.pk}/setup/", given)
    assert "“SKU” means that already" in answer.content.decode()


def test_a_required_column_that_is_left_out_is_named() -> None:
    client = signed_in()
    run = upload(client, ("own.csv", OWN.encode()))
    given = chosen(client, run) | {"column-1": "", "channel": "new", "new_channel": "Stall"}
    answer = client.post(f"/desk/imports/{run.pk}/setup/", given, follow=True)
    assert "placed_at, which is required" in answer.content.decode()


def test_a_draft_is_discarded_with_its_files() -> None:
    client = signed_in()
    run = upload(client, ("orders.csv", "\n".join([HEADING, *ROWS]).encode()))
    path = Path(str(run.files[0]["path"]))
    assert path.is_file()
    client.post(f"/desk/imports/{run.pk}/discard/")
    assert not Run.objects.exists()


def test_the_list_asks_the_database_a_constant_number_of_times(django_assert_max_num_queries: object) -> None:
    client = signed_in()
    for _ in range(3):
        upload(client, ("own.csv", OWN.encode()))
    with django_assert_max_num_queries(8):  # type: ignore[operator]
        assert client.get("/desk/imports/").content.decode().count("row-link") >= 3
