"""Imports on the desk: upload, result, rejects, undo; for those who may."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from aftercart.connectors.models import Run
from aftercart.kernel.work.testing import run_due_jobs
from aftercart.orders.models import Order
from aftercart.stores.models import Role, StaffMember
from aftercart.stores.testing import make_channel, make_member, make_outsider, make_owner

HEAD = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"
ROWS = "536365,85123A,HOLDER,6,12/01/2010 08:26,2.55,17850,United Kingdom\n"


def client_of(member: StaffMember) -> Client:
    client = Client()
    client.force_login(member.user)
    return client


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/desk/imports/", "/desk/imports/new/", "/desk/imports/1/"])
def test_the_outsider_gets_404_and_the_stranger_signs_in(path: str) -> None:
    assert Client().get(path).status_code == 302
    mallory = Client()
    mallory.force_login(make_outsider())
    assert mallory.get(path).status_code == 404


@pytest.mark.django_db
def test_a_viewer_starts_and_undoes_nothing() -> None:
    viewer = client_of(make_member("Vera", Role.VIEWER))
    assert viewer.get("/desk/imports/").status_code == 200
    assert viewer.get("/desk/imports/new/").status_code == 404
    assert viewer.post("/desk/imports/1/undoing/").status_code == 404


@pytest.mark.django_db(transaction=True)
def test_files_come_in_and_are_taken_back(settings: object, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path  # type: ignore[attr-defined]
    client, channel = client_of(make_owner()), make_channel("retail", currency="GBP")
    upload = SimpleUploadedFile("../../retail.csv", (HEAD + ROWS).encode())
    body = {"format": "online-retail", "channel": channel.pk, "files": [upload]}
    assert client.post("/desk/imports/new/", body).status_code == 302
    run = Run.objects.get()
    run_due_jobs()
    page = client.get(f"/desk/imports/{run.pk}/").content.decode()
    assert "Finished" in page
    assert Order.objects.get().number == "536365"
    client.post(f"/desk/imports/{run.pk}/undoing/")
    run_due_jobs()
    assert not Order.objects.exists()
    assert "Undone" in client.get(f"/desk/imports/{run.pk}/").content.decode()


@pytest.mark.django_db
def test_other_files_are_refused_in_words() -> None:
    client, channel = client_of(make_owner()), make_channel()
    body = {"format": "online-retail", "channel": channel.pk, "files": [SimpleUploadedFile("x.exe", b"MZ")]}
    answer = client.post("/desk/imports/new/", body)
    assert (answer.status_code, "is no CSV" in answer.content.decode()) == (422, True)
    assert (
        client.post("/desk/imports/new/", {"format": "online-retail", "channel": channel.pk}).status_code
        == 422
    )
