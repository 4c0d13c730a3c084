"""The desk's pages of changes: deciding, holding, changing; and who may not."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from aftercart.catalog.models import StockLevel, Variant
from aftercart.catalog.testing import make_product, stocked
from aftercart.orders.actions import ask_change
from aftercart.orders.models import Change, ChangePolicy, Order
from aftercart.orders.testing import line, make_order
from aftercart.stores.testing import make_api_token, make_channel, make_member, make_outsider, make_owner

pytestmark = pytest.mark.django_db
DEAR = {"fact": "change.total_after", "op": "more_than", "value": {"minor": 20000, "currency": "EUR"}}


@pytest.fixture
def ada(client: Client) -> Client:
    client.force_login(make_owner().user)
    return client


@pytest.fixture
def order() -> Order:
    make_product()
    return make_order(lines=(line(quantity=2, sku="apron-sand"),), change_minutes=30)


@pytest.fixture
def waiting(order: Order) -> Change:
    abroad = {**order.ship_to, "country": "PL", "city": "Łódź"}
    return ask_change(order_id=order.pk, kind="address", wish={"ship_to": abroad}, key="k", actor="shopper:1")


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_a_request_is_shown_with_what_it_changes_and_approved(ada: Client, waiting: Change) -> None:
    page = text(ada.get(reverse("desk-changes")))
    assert "Łódź" in page
    assert "other_country" in page
    ada.post(reverse("desk-change-approval", args=[waiting.pk]))
    assert Order.objects.get().ship_country == "PL"
    again = ada.post(reverse("desk-change-approval", args=[waiting.pk]), follow=True)
    assert "decided in the meantime" in text(again)


def test_a_refusal_needs_a_reason(ada: Client, waiting: Change) -> None:
    url = reverse("desk-change-refusal", args=[waiting.pk])
    assert "Write why" in text(ada.post(url, follow=True))
    ada.post(url, {"reason": "We do not send there."})
    waiting.refresh_from_db()
    assert (waiting.state, waiting.answer) == ("refused", "We do not send there.")


def test_the_order_shows_its_hold_and_is_released(ada: Client, order: Order) -> None:
    page = text(ada.get(reverse("desk-order", args=[order.pk])))
    assert "Held" in page
    ada.post(reverse("desk-order-release", args=[order.pk]))
    ada.post(reverse("desk-order-hold", args=[order.pk]), {"reason": "Looks odd"})
    assert "Looks odd" in text(ada.get(reverse("desk-order", args=[order.pk])))


def test_a_colleague_changes_and_undoes(ada: Client, order: Order) -> None:
    url = reverse("desk-order-change", args=[order.pk, "quantity"])
    sent: dict[str, Any] = {"line": order.lines.get().pk, "quantity": 1}
    look = ada.post(url, sent)
    assert "€49.00 go back" in text(look)
    assert not Change.objects.exists()
    ada.post(url, {**sent, "confirm": "1", "key": look.context["key"], "seen": look.context["seen"]})
    order.refresh_from_db()
    assert order.total_minor == 5390
    page = text(ada.get(reverse("desk-order", args=[order.pk])))
    assert reverse("desk-change-undoing", args=[Change.objects.get().pk]) in page
    ada.post(reverse("desk-change-undoing", args=[Change.objects.get().pk]), {"key": "u"})
    assert Change.objects.get(kind="undo").state == "unpaid"


def test_the_policy_is_saved_as_a_revision(ada: Client) -> None:
    channel = make_channel()
    url = f"{reverse('desk-order-changes')}?channel={channel.slug}"
    values = {f"kind_{kind}": "automatic" for kind in ("address", "variant", "quantity", "add", "remove")}
    values |= {"kind_cancel": "off", "window_minutes": "45", "price_basis": "catalogue", "pay_minutes": "60"}
    values |= {"decide_hours": "24", "seen_revision": "0", "rule": json.dumps({"version": 1, "all": [DEAR]})}
    assert ada.post(url, values).status_code == 302
    saved = ChangePolicy.objects.get()
    assert (saved.revision, saved.window_minutes, saved.kinds["cancel"]) == (1, 45, "off")
    assert "Somebody else changed this" in text(ada.post(url, values))
    assert ada.post(url, {**values, "seen_revision": "1", "rule": "nonsense"}).status_code == 422
    assert "more than" in text(ada.get(url))


def test_outsiders_and_others_find_nothing(client: Client, waiting: Change) -> None:
    urls = [
        reverse("desk-changes"),
        reverse("desk-order-changes"),
        reverse("desk-order-change", args=[waiting.order_id, "quantity"]),
    ]
    posts = [
        reverse("desk-change-approval", args=[waiting.pk]),
        reverse("desk-change-refusal", args=[waiting.pk]),
        reverse("desk-change-undoing", args=[waiting.pk]),
        reverse("desk-order-hold", args=[waiting.order_id]),
        reverse("desk-order-release", args=[waiting.order_id]),
    ]
    client.force_login(make_outsider())
    assert {client.get(url).status_code for url in urls} == {404}
    assert {client.post(url).status_code for url in posts} == {404}
    elsewhere = make_member("Eve")
    elsewhere.channels.add(make_channel("other"))
    client.force_login(elsewhere.user)
    assert {client.post(url).status_code for url in posts} == {404}
    assert "Łódź" not in text(client.get(reverse("desk-changes")))


def api(client: Client, path: str, body: dict[str, Any], **headers: str) -> Any:
    secret = make_api_token()[1]
    return client.post(
        f"/api/v1{path}",
        json.dumps(body),
        content_type="application/json",
        headers={"Authorization": f"Bearer {secret}", **headers},
    )


def test_the_api_changes_holds_and_releases(client: Client, order: Order) -> None:
    body = {"kind": "quantity", "key": "a", "line_id": order.lines.get().pk, "quantity": 1}
    made = api(client, f"/orders/{order.pk}/changes", body)
    assert (made.status_code, made.json()["state"]) == (201, "applied")
    assert api(client, f"/orders/{order.pk}/changes", {**body, "key": "b"}).status_code == 409
    undone = api(client, f"/orders/{order.pk}/changes/{made.json()['id']}/undoing", {"key": "u"})
    assert undone.json()["charge_minor"] == 4900
    assert api(client, f"/orders/{order.pk}/release", {"reason": ""}).status_code == 201
    assert api(client, f"/orders/{order.pk}/hold", {"reason": ""}).status_code == 409
    assert api(client, f"/orders/{order.pk}/hold", {"reason": "Fraud?"}).status_code == 201


def test_stock_over_the_api(client: Client) -> None:
    make_product()
    key = {"Idempotency-Key": "one"}
    secret = {"Authorization": f"Bearer {make_api_token()[1]}", **key}
    body = json.dumps({"sku": "apron-sand", "reason": "received", "by": 5})
    for _ in range(2):
        answer = client.post(
            "/api/v1/stock/adjustments", body, content_type="application/json", headers=secret
        )
        assert answer.json()["available"] == 5
    assert api(client, "/stock/adjustments", {"sku": "none", "reason": "counted", "to": 1}).status_code == 404
    assert api(client, "/stock/adjustments", {"sku": "apron-sand", "reason": "counted"}).status_code == 422
    assert StockLevel.objects.get(variant=Variant.objects.get(sku="apron-sand")).on_hand == 5
    assert stocked("apron-moss", 1)
