from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from aftercart.delivery.testing import make_method
from aftercart.stores.testing import make_api_token, make_channel

pytestmark = pytest.mark.django_db
DOOR = "/api/v1/delivery/estimates"


def ask(client: Client, secret: str, **body: Any) -> Any:
    told = {
        "country": "PL",
        "postcode": "00-950",
        "at": "2026-03-03T09:00:00+01:00",
        "channel": "main",
        **body,
    }
    return client.post(
        DOOR, told, content_type="application/json", headers={"Authorization": f"Bearer {secret}"}
    )


def test_a_checkout_is_told_when_and_why(client: Client) -> None:
    make_method(free_from_minor=5000)
    _, secret = make_api_token("orders:read")
    answer = ask(client, secret, lines=[{"quantity": 2, "unit_price_minor": 2000}])
    assert answer.status_code == 200
    [item] = answer.json()["items"]
    assert (item["earliest"], item["likely"], item["by"]) == ("2026-03-05", "2026-03-06", "2026-03-06")
    assert (item["price_minor"], item["currency"], item["basis"]) == (490, "EUR", "rule")
    assert "Ordered before 14:00" in item["reason"]
    free = ask(client, secret, lines=[{"quantity": 3, "unit_price_minor": 2000}], language="pl")
    assert free.json()["items"][0]["price_minor"] == 0
    assert free.json()["items"][0]["name"] == "Standardowa"
    assert "Zamówiono przed 14:00" in free.json()["items"][0]["reason"]


def test_where_nothing_goes_and_what_is_unknown(client: Client) -> None:
    make_method()
    _, secret = make_api_token("orders:read")
    assert ask(client, secret, country="JP").json() == {"items": []}
    assert ask(client, secret, method="drone").status_code == 422
    assert ask(client, secret, method="dhl").status_code == 200
    assert ask(client, secret, country="").status_code == 422
    assert ask(client, secret, at="2026-03-03").status_code == 422


def test_every_method_that_goes_there_in_the_shops_order(client: Client) -> None:
    make_method("express", position=2, names={"en": "Express"})
    make_method("standard", position=1)
    make_method("old", position=0, is_active=False)
    _, secret = make_api_token("orders:read")
    assert [item["method"] for item in ask(client, secret).json()["items"]] == ["standard", "express"]


def test_mallory(client: Client) -> None:
    make_method()
    _, elsewhere = make_api_token("orders:read", channel=make_channel("elsewhere"))
    assert ask(client, elsewhere).status_code == 422
    assert ask(client, elsewhere, channel="").json() == {"items": []}
    _, other = make_api_token("products:read")
    assert ask(client, other).status_code == 403
    assert ask(client, "nonsense").status_code == 401
