"""The API as an engineer meets it: tokens, scopes, channels, repeated requests, pages, problems."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from aftercart.kernel import clock
from aftercart.kernel.api.testing import ApiClient
from aftercart.orders.models import Order, Payment
from aftercart.orders.testing import make_order
from aftercart.stores.actions import revoke_token
from aftercart.stores.testing import make_api_token, make_channel

pytestmark = pytest.mark.django_db

BODY = {
    "number": "W-1",
    "currency": "EUR",
    "change_minutes": 0,
    "email": "sam@shopper.example",
    "lines": [{"title": "Apron", "quantity": 2, "unit_price_minor": 4900}],
    "shipping_minor": 490,
}


def client(*scopes: str, channel: str = "main") -> ApiClient:
    return ApiClient(make_api_token(*scopes, channel=make_channel(channel))[1])


def test_without_a_token_nothing_is_told() -> None:
    answer = ApiClient().get("/orders")
    assert (answer.status_code, answer["Content-Type"]) == (401, "application/problem+json")
    assert "Bearer" in answer["WWW-Authenticate"]
    assert ApiClient("ac_00000000_wrong").get("/orders").status_code == 401


def test_expired_and_revoked_tokens_are_refused_alike() -> None:
    _, expired = make_api_token(expires_at=clock.now() - timedelta(seconds=1))
    token, revoked = make_api_token()
    revoke_token(token_id=token.pk, actor="staff:1")
    answers = [ApiClient(secret).get("/orders") for secret in (expired, revoked, "ac_none")]
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.content for answer in answers}) == 1


def test_a_missing_scope_is_named() -> None:
    answer = client("orders:read").post("/orders", BODY)
    assert answer.status_code == 403
    assert "orders:write" in answer.json()["detail"]


def test_another_channels_order_does_not_exist() -> None:
    order = make_order(channel=make_channel("theirs"))
    mallory = client(channel="mallory")
    for method, path, body in [
        ("GET", f"/orders/{order.pk}", None),
        ("GET", f"/orders/{order.pk}/events", None),
        ("POST", f"/orders/{order.pk}/payments", {"amount_minor": 1, "method": "x", "reference": "r"}),
        ("POST", f"/orders/{order.pk}/fulfilments", {"key": "k"}),
        ("POST", f"/orders/{order.pk}/cancellation", {}),
        ("POST", f"/orders/{order.pk}/refunds", {"amount_minor": 1, "key": "k"}),
        ("GET", f"/customers/{order.customer_id}", None),
        ("GET", f"/customers/{order.customer_id}/timeline", None),
    ]:
        assert mallory.send(method, path, body).status_code == 404, path
    assert mallory.get("/orders").json()["items"] == []
    assert mallory.get("/customers").json()["items"] == []
    assert mallory.post("/orders", {**BODY, "channel": "theirs"}).status_code == 422


def test_an_order_lives_its_life() -> None:
    api = client()
    order = api.post("/orders", BODY).json()
    assert (order["total_minor"], order["due_minor"], order["payment_state"]) == (10290, 10290, "pending")
    path = f"/orders/{order['id']}"
    paid = {"amount_minor": 10290, "method": "card", "reference": "pi_1"}
    assert api.post(f"{path}/payments", paid).status_code == 201
    assert api.post(f"{path}/payments", paid).status_code == 201
    assert Payment.objects.count() == 1
    line = order["lines"][0]["id"]
    sent = api.post(f"{path}/fulfilments", {"key": "f1", "lines": [{"line_id": line, "quantity": 1}]}).json()
    parcel = api.post(
        "/parcels",
        {"order_id": order["id"], "key": "p1", "fulfilment_id": sent["id"], "tracking_number": "JD1"},
    ).json()
    scan = {"status": "delivered", "occurred_at": "2026-05-02T10:00:00+02:00"}
    assert api.post(f"/parcels/{parcel['id']}/events", scan).status_code == 201
    assert api.get(f"/parcels/{parcel['id']}").json()["status"] == "delivered"
    too_much = api.post(f"{path}/refunds", {"amount_minor": 99999, "key": "r1"})
    assert (too_much.status_code, too_much["Content-Type"]) == (409, "application/problem+json")
    names = [entry["name"] for entry in api.get(f"{path}/events").json()["items"]]
    assert {"OrderPlaced", "OrderPaid", "OrderFulfilled", "ParcelSent", "ParcelDelivered"} <= set(names)


def test_a_repeated_request_is_done_once() -> None:
    api = client()
    first = api.post("/orders", BODY, Idempotency_Key="k1")
    again = api.post("/orders", BODY, Idempotency_Key="k1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert again["Idempotent-Replayed"] == "true"
    other = api.post("/orders", {**BODY, "number": "W-2"}, Idempotency_Key="k1")
    assert other.status_code == 422
    assert Order.objects.count() == 1


def test_a_refused_request_may_be_tried_again_with_its_key() -> None:
    api = client()
    order = make_order(channel=make_channel())
    path = f"/orders/{order.pk}/refunds"
    refund = {"amount_minor": order.total_minor + 1, "key": "r"}
    assert api.post(path, refund, Idempotency_Key="k").status_code == 409
    assert api.post(path, refund, Idempotency_Key="k").status_code == 409


def test_pages_follow_one_another_and_skip_nothing() -> None:
    made = [make_order(channel=make_channel()).pk for _ in range(7)]
    api, seen, cursor = client(), [], ""
    while True:
        page = api.get(f"/orders?limit=3&cursor={cursor}").json()
        seen += [order["id"] for order in page["items"]]
        make_order(channel=make_channel())
        if page["next"] is None:
            break
        cursor = page["next"]
    assert seen == made[::-1]
    assert api.get("/orders?cursor=bm90LWEtY3Vyc29y").status_code == 422


def test_a_list_asks_the_database_a_fixed_number_of_times() -> None:
    api = client()
    counts = []
    for _ in range(2):
        for _ in range(3):
            make_order(channel=make_channel())
        with CaptureQueriesContext(
            connection,
        ) as queries:
            api.get("/orders")
        counts.append(len(queries))
    assert counts[1] <= counts[0] <= 6


def test_faults_are_named_by_their_place() -> None:
    lines = [{"title": "Apron", "quantity": 0, "unit_price_minor": 4900}]
    answer = client().post("/orders", {**BODY, "lines": lines, "numbre": "x"})
    places = {error["at"] for error in answer.json()["errors"]}
    assert (answer.status_code, places) == (422, {"/lines/0/quantity", "/numbre"})


@pytest.mark.parametrize("body", [b"{", b'{"a": NaN}', b"[1]", b"[" * 5000, b"\xff\xfe"])
def test_what_is_no_json_object_is_refused(body: bytes) -> None:
    api = client()
    answer = api.client.generic(
        "POST", "/api/v1/orders", body, content_type="application/json", headers=api.headers
    )
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")


def test_too_much_at_once_is_refused() -> None:
    api = client()
    body = b'{"number": "' + b"x" * 9_000_000 + b'"}'
    answer = api.client.generic(
        "POST", "/api/v1/orders", body, content_type="application/json", headers=api.headers
    )
    assert answer.status_code == 413


def test_a_line_named_twice_in_a_parcel_adds_up() -> None:
    api = client()
    order = api.post("/orders", BODY).json()
    piece = {"line_id": order["lines"][0]["id"], "quantity": 1}
    parcel = {"order_id": order["id"], "key": "p", "lines": [piece, piece]}
    assert api.post("/parcels", parcel).json()["lines"] == [{"line_id": piece["line_id"], "quantity": 2}]
    again = {**parcel, "key": "q", "lines": [piece]}
    assert api.post("/parcels", again).status_code == 409
