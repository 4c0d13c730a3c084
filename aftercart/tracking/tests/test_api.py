"""Parcels and scans over the API: many at once, taking back, recognising; and what a stranger may not."""

from __future__ import annotations

from datetime import timedelta

import pytest

from aftercart.kernel import clock
from aftercart.kernel.api.testing import ApiClient
from aftercart.orders.models import Order
from aftercart.orders.testing import make_order
from aftercart.stores.testing import make_api_token, make_channel
from aftercart.tracking.actions import register_parcel
from aftercart.tracking.models import Parcel, Scan

pytestmark = pytest.mark.django_db
YESTERDAY = (clock.now() - timedelta(days=1)).isoformat()


def api_with(*scopes: str, channel: str = "main") -> ApiClient:
    return ApiClient(make_api_token(*scopes, channel=make_channel(channel))[1])


def make_parcel(number: str = "1Z5R89390357567127", order: Order | None = None, key: str = "p") -> Parcel:
    order = order or make_order(placed_at=clock.now() - timedelta(days=5))
    return register_parcel(order_id=order.pk, key=key, actor="test", tracking_number=number)


def test_many_scans_by_id_and_by_number_and_the_wrong_ones_come_back() -> None:
    parcel = make_parcel("1Z 5R8 939 03 5756 7127")
    body = {
        "scans": [
            {"parcel_id": parcel.pk, "status": "in_transit", "occurred_at": YESTERDAY},
            {"tracking_number": "1z5r89390357567127", "status": "in_transit", "occurred_at": YESTERDAY},
            {"tracking_number": "nobody's", "status": "in_transit", "occurred_at": YESTERDAY},
            {
                "tracking_number": "1Z5R89390357567127",
                "status": "exception",
                "reason": "customs",
                "occurred_at": YESTERDAY,
            },
        ]
    }
    answer = api_with("orders:write").post("/scans", body)
    assert answer.status_code == 202
    taken = answer.json()
    assert (taken["recorded"], taken["known"], [one["at"] for one in taken["rejected"]]) == (2, 1, [2])
    parcel.refresh_from_db()
    assert (parcel.status, parcel.reason, parcel.carrier_code) == ("exception", "customs", "ups")
    assert set(Scan.objects.values_list("source", flat=True)) == {"api"}


def test_a_token_of_another_channel_reaches_nothing() -> None:
    parcel = make_parcel()
    mallory = api_with("orders:read", "orders:write", channel="mallory")
    scans = [
        {"parcel_id": parcel.pk, "status": "lost", "occurred_at": YESTERDAY},
        {"tracking_number": parcel.tracking_number, "status": "lost", "occurred_at": YESTERDAY},
    ]
    assert len(mallory.post("/scans", {"scans": scans}).json()["rejected"]) == 2
    assert mallory.post(f"/parcels/{parcel.pk}/cancellation", {}).status_code == 404
    assert not Scan.objects.exists()


@pytest.mark.parametrize("path", ["/scans", "/parcels/1/cancellation"])
def test_writing_takes_its_scope(path: str) -> None:
    make_parcel()
    body = (
        {"scans": [{"parcel_id": 1, "status": "lost", "occurred_at": YESTERDAY}]} if path == "/scans" else {}
    )
    assert api_with("orders:read").post(path, body).status_code == 403
    assert ApiClient().post(path, body).status_code == 401


def test_a_parcel_is_taken_back_and_what_arrived_is_not() -> None:
    api = api_with("orders:write")
    parcel = make_parcel()
    other = make_parcel("X", parcel.order, "q")
    answer = api.post(
        f"/parcels/{parcel.pk}/cancellation", {"reason": "Wrong label", "replaced_by_id": other.pk}
    )
    assert (answer.json()["status"], answer.json()["replaced_by_id"]) == ("cancelled", other.pk)
    api.post(f"/parcels/{other.pk}/events", {"status": "delivered", "occurred_at": YESTERDAY})
    refused = api.post(f"/parcels/{other.pk}/cancellation", {})
    assert (refused.status_code, "arrived" in refused.json()["detail"]) == (409, True)


def test_whose_number_it_is() -> None:
    found = (
        api_with("orders:read").get("/carriers/recognition?tracking_number=RB123456785GB&country=GB").json()
    )
    assert [(one["carrier_code"], one["certainty"]) for one in found] == [("royalmail", "sure")]
    assert found[0]["tracking_url"].endswith("RB123456785GB")
