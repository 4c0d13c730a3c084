"""Many place the same order at once: one order, one customer, and a plain answer for everybody."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from aftercart.customers.models import Customer
from aftercart.kernel.api.testing import ApiClient
from aftercart.orders.models import Line, Order
from aftercart.stores.testing import make_api_token, make_channel

CALLERS, ROUNDS = 6, 4


def body(number: str, **values: Any) -> dict[str, Any]:
    """An order as a store's system sends it."""
    lines = [{"title": "Apron", "quantity": 2, "unit_price_minor": 4900}]
    return {"number": number, "currency": "EUR", "lines": lines, **values}


def place_at_once(secret: str, bodies: list[dict[str, Any]]) -> list[tuple[int, Any]]:
    """What each of the callers is answered, who all send at the same moment."""
    gate = Barrier(len(bodies), timeout=60)

    def post(sent: dict[str, Any]) -> tuple[int, Any]:
        try:
            gate.wait()
            answer = ApiClient(secret).post("/orders", sent)
            return answer.status_code, answer.json()
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=len(bodies)) as threads:
        return list(threads.map(post, bodies))


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("email", ["", "sam@shopper.example"])
def test_the_same_order_at_once_is_one_order_of_one_customer(email: str) -> None:
    secret = make_api_token(channel=make_channel())[1]
    for turn in range(ROUNDS):
        same = body(f"W-{turn}", external_id=f"x{turn}", email=email)
        answers = place_at_once(secret, [same] * CALLERS)
        assert {status for status, _ in answers} == {201}
        assert len({answer["id"] for _, answer in answers}) == 1
    assert (Order.objects.count(), Line.objects.count()) == (ROUNDS, ROUNDS)
    assert Customer.objects.count() == (1 if email else ROUNDS), "who came second left no customer behind"


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_two_numbers_with_one_external_id_one_is_placed_and_the_others_are_told() -> None:
    secret = make_api_token(channel=make_channel())[1]
    for turn in range(ROUNDS):
        rivals = [
            body(f"W-{turn}-{n}", external_id=f"x{turn}", email=f"{turn}-{n}@x.example")
            for n in range(CALLERS)
        ]
        answers = place_at_once(secret, rivals)
        assert sorted(status for status, _ in answers) == [201] + [409] * (CALLERS - 1)
        refused = next(answer for status, answer in answers if status == 409)
        assert refused["errors"][0]["at"] == "/external_id"
    assert Order.objects.count() == Customer.objects.count() == ROUNDS


@pytest.mark.django_db
def test_an_external_id_is_anothers_in_its_channel_only() -> None:
    one, two = (ApiClient(make_api_token(channel=make_channel(slug))[1]) for slug in ("one", "two"))
    assert one.post("/orders", body("W-1", external_id="x")).status_code == 201
    assert one.post("/orders", body("W-2", external_id="x")).status_code == 409
    assert one.post("/orders", body("W-1", external_id="y")).json()["external_id"] == "x", (
        "as it is, unchanged"
    )
    assert two.post("/orders", body("W-2", external_id="x")).status_code == 201
    assert Customer.objects.count() == 2
