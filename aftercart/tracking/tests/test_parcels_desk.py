"""The desk's parcels and carriers: who sees what, filters, views, codes, files."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from aftercart.kernel import clock
from aftercart.orders.testing import make_order
from aftercart.stores.models import Role, SavedView
from aftercart.stores.testing import make_channel, make_member, make_outsider
from aftercart.tracking.actions import record_scans, register_parcel
from aftercart.tracking.models import CodeMeaning, Parcel, Scan
from aftercart.tracking.ports import HeardScan

pytestmark = pytest.mark.django_db


def signed_in(role: str = Role.OWNER, name: str = "Ada") -> Client:
    client = Client()
    client.force_login(make_member(name, role).user)
    return client


def make_parcel(number: str, *scans: tuple[str, float], channel: str = "main", late: bool = False) -> Parcel:
    now = clock.now()
    order = make_order(
        number=f"N-{number}",
        placed_at=now - timedelta(days=20),
        channel=make_channel(channel),
        promised_on=(now - timedelta(days=1)).date() if late else None,
    )
    parcel = register_parcel(
        order_id=order.pk, key=number, actor="test", carrier="UPS", tracking_number=number
    )
    told = [HeardScan(status=status, occurred_at=now - timedelta(days=days)) for status, days in scans]
    record_scans(parcel_id=parcel.pk, told=told, actor="test")
    return parcel


@pytest.fixture
def some() -> None:
    make_parcel("MOVING", ("in_transit", 1))
    make_parcel("LATE", ("in_transit", 1), late=True)
    make_parcel("SILENT", ("in_transit", 9))
    make_parcel("TROUBLE", ("exception", 1))
    make_parcel("THERE", ("delivered", 1))
    odd = make_parcel("ODD", ("in_transit", 1))
    told = [HeardScan(raw_code="Q7", occurred_at=clock.now(), message="Sorted")]
    record_scans(parcel_id=odd.pk, told=told, actor="test", source="ups")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"MOVING", "LATE", "SILENT", "TROUBLE", "THERE", "ODD"}),
        ("show=late", {"LATE"}),
        ("show=silent", {"SILENT"}),
        ("show=exception", {"TROUBLE"}),
        ("show=map", {"ODD"}),
        ("status=delivered", {"THERE"}),
        ("carrier=dhl", set()),
        ("q=mov ing", {"MOVING"}),
        ("q=n-late", {"LATE"}),
        ("show=nonsense&status=x&cursor=%00_z", {"MOVING", "LATE", "SILENT", "TROUBLE", "THERE", "ODD"}),
    ],
)
@pytest.mark.usefixtures("some")
def test_which_parcels_are_shown(query: str, found: set[str]) -> None:
    page = signed_in().get(f"/desk/parcels/?{query}").content.decode()
    shown = {name for name in ("MOVING", "LATE", "SILENT", "TROUBLE", "THERE", "ODD") if f">{name}<" in page}
    assert shown == found


def test_the_list_asks_the_same_for_many(django_assert_max_num_queries: Any) -> None:
    for number in range(12):
        make_parcel(f"P{number}", ("in_transit", 1))
    client = signed_in()
    with django_assert_max_num_queries(8):
        assert client.get("/desk/parcels/?show=under_way").status_code == 200


def test_pages_follow_one_another() -> None:
    for number in range(53):
        make_parcel(f"P{number:02}", ("in_transit", 1))
    client = signed_in()
    first = client.get("/desk/parcels/")
    second = client.get("/desk/parcels/", {"cursor": first.context["next"]})
    rows = [row["parcel"].pk for page in (first, second) for row in page.context["rows"]]
    assert len(rows) == len(set(rows)) == 53


def test_a_view_is_kept_and_forgotten() -> None:
    client = signed_in()
    client.post("/desk/parcels/views/", {"name": "My late ones", "show": "late"})
    view = SavedView.objects.get(page="parcels")
    assert view.query == {"show": "late"}
    assert "My late ones" in client.get("/desk/parcels/?show=late").content.decode()
    client.post(f"/desk/parcels/views/{view.pk}/")
    assert not SavedView.objects.exists()


@pytest.mark.usefixtures("some")
def test_a_code_is_explained_and_taken_back() -> None:
    client = signed_in()
    assert "Q7" in client.get("/desk/carriers/").content.decode()
    body = {"source": "ups", "raw_code": "Q7", "status": "exception", "reason": "customs"}
    client.post("/desk/carriers/codes/", body)
    odd = Parcel.objects.get(tracking_number="ODD")
    assert (odd.status, odd.reason, CodeMeaning.objects.get().actor[:6]) == ("exception", "customs", "staff:")
    client.post("/desk/carriers/codes/", {**body, "then": "forget"})
    odd.refresh_from_db()
    assert odd.status == "in_transit"
    page = client.post("/desk/carriers/codes/", {**body, "status": ""}, follow=True).content.decode()
    assert "Choose what the code means." in page


FILE = (
    "tracking_number,status,occurred_at\n"
    f"MOVING,out_for_delivery,{clock.now().isoformat()}\n"
    f"STRANGER,delivered,{clock.now().isoformat()}\n"
    "MOVING,teleported,2026-03-01T00:00:00Z\n"
)


def test_a_file_is_shown_first_and_taken_once() -> None:
    parcel, client = make_parcel("MOVING", ("in_transit", 1)), signed_in()
    uploaded = SimpleUploadedFile("t.csv", FILE.encode("utf-8-sig"))
    seen = client.post("/desk/parcels/file/", {"files": uploaded})
    page = seen.content.decode()
    assert "1 scan of 1 parcel; 1 of numbers we do not know; 1 row that cannot be read." in page
    assert Scan.objects.count() == 1
    for _ in range(2):
        client.post("/desk/parcels/file/", {"content": seen.context["content"], "take": "1"})
    parcel.refresh_from_db()
    assert (parcel.status, Scan.objects.count()) == ("out_for_delivery", 2)


def test_a_file_that_is_none_says_why() -> None:
    page = signed_in().post("/desk/parcels/file/", {"files": SimpleUploadedFile("t.csv", b"\xff\xfe")})
    assert "not UTF-8" in page.content.decode()


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", "/desk/parcels/"),
        ("post", "/desk/parcels/views/"),
        ("post", "/desk/parcels/views/1/"),
        ("get", "/desk/parcels/file/"),
        ("post", "/desk/parcels/file/"),
        ("get", "/desk/carriers/"),
        ("post", "/desk/carriers/codes/"),
        ("post", "/desk/parcels/1/cancellation/"),
        ("post", "/desk/parcels/1/scans/"),
    ],
)
def test_the_outsider_sees_nothing(method: str, path: str) -> None:
    make_parcel("MOVING", ("in_transit", 1))
    client = Client()
    client.force_login(make_outsider())
    assert getattr(client, method)(path).status_code == 404


def test_a_viewer_looks_and_does_not_touch() -> None:
    client = signed_in(Role.VIEWER, "Vera")
    assert client.get("/desk/parcels/").status_code == 200
    assert client.get("/desk/parcels/file/").status_code == 404
    assert client.post("/desk/carriers/codes/", {}).status_code == 404


def test_a_parcel_is_taken_back_from_the_desk_and_noted_by_hand() -> None:
    parcel, client = make_parcel("MOVING", ("in_transit", 1)), signed_in()
    body = {"status": "exception", "reason": "address", "place": "Ulm"}
    client.post(f"/desk/parcels/{parcel.pk}/scans/", body)
    parcel.refresh_from_db()
    assert (parcel.status, parcel.reason) == ("exception", "address")
    client.post(f"/desk/parcels/{parcel.pk}/cancellation/", {"reason": "Came back to the dock"})
    parcel.refresh_from_db()
    assert parcel.status == "cancelled"
    page = client.get(f"/desk/orders/{parcel.order_id}/").content.decode()
    assert "Note what happened" in page
