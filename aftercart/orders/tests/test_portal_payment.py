"""The shopper's pay page: what is due, declines in words, coming back, nothing for strangers."""

from __future__ import annotations

import re

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from aftercart.orders.models import Order
from aftercart.orders.permissions import pay_page_path
from aftercart.orders.testing import make_order
from aftercart.payments.models import Charge
from aftercart.payments.testing import (
    ASKS,
    DECLINES,
    NO_MONEY,
    SLOW,
    SUCCEEDS,
    make_account,
    settle_everything,
)

pytestmark = pytest.mark.django_db


def text(response: HttpResponse) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def choose(
    client: Client, order: Order, method: str = "card", key: str = "k" * 16, **values: str
) -> HttpResponse:
    path = pay_page_path(order.pk)
    page = client.get(path).content.decode()
    value = re.search(rf'value="(\d+:{method})"', page)
    assert value is not None, page
    return client.post(path, {"method": value[1], "key": key, **values})  # type: ignore[return-value]


def type_card(client: Client, card: str) -> HttpResponse:
    charge = Charge.objects.latest("pk")
    return client.post(charge.redirect_url, {"number": card})  # type: ignore[return-value]


@pytest.fixture
def order() -> Order:
    make_account("sandbox")
    make_account("bank_transfer")
    return make_order(number="MH-7", is_paid=False)


def test_choosing_a_card_leads_over_our_own_page_to_the_provider(client: Client, order: Order) -> None:
    answer = choose(client, order)
    charge = Charge.objects.get()
    assert answer.status_code == 302
    assert answer["Location"].endswith(f"/payment/{charge.pk}/")
    page = client.get(answer["Location"])
    assert f'content="0; url={charge.redirect_url}"' in text(page)  # type: ignore[arg-type]
    assert client.get(charge.redirect_url).status_code == 200


def test_a_paid_order_says_so_and_comes_back_to_the_order(client: Client, order: Order) -> None:
    choose(client, order)
    back = type_card(client, SUCCEEDS)
    landed = client.get(back["Location"])
    assert landed["Location"].startswith("/o/")
    order.refresh_from_db()
    assert order.payment_state == "paid"
    settle_everything()
    assert order.payments.count() == 1
    assert "Everything is paid" in text(client.get(pay_page_path(order.pk)))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("card", "words"), [(DECLINES, "Your bank declined the payment"), (NO_MONEY, "not enough money")]
)
def test_a_decline_is_told_in_words_and_another_try_pays(
    client: Client, order: Order, card: str, words: str
) -> None:
    choose(client, order, key="a" * 16)
    back = client.get(type_card(client, card)["Location"], follow=True)
    assert words in text(back)  # type: ignore[arg-type]
    choose(client, order, key="b" * 16)
    type_card(client, ASKS)
    charge = Charge.objects.latest("pk")
    done = client.post(charge.redirect_url, {"answer": "approve"})
    client.get(done["Location"])
    order.refresh_from_db()
    assert order.payment_state == "paid"


def test_refusing_at_the_bank_pays_nothing(client: Client, order: Order) -> None:
    choose(client, order)
    type_card(client, ASKS)
    done = client.post(Charge.objects.get().redirect_url, {"answer": "refuse"})
    page = client.get(done["Location"], follow=True)
    assert "not confirmed at your bank" in text(page)  # type: ignore[arg-type]


def test_money_on_its_way_is_not_asked_for_again(client: Client, order: Order) -> None:
    choose(client, order)
    type_card(client, SLOW)
    settle = client.get(
        Charge.objects.get().details["return_url"].replace("{charge}", str(Charge.objects.get().pk))
    )
    page = text(client.get(settle["Location"]))  # type: ignore[arg-type]
    assert "do not pay a second time" in page
    assert 'name="method"' not in page
    settle_everything()
    order.refresh_from_db()
    assert order.payment_state == "paid"


def test_a_transfer_shows_where_to_and_another_way_stays_open(client: Client, order: Order) -> None:
    page = text(client.get(choose(client, order, "bank_transfer")["Location"], follow=True))  # type: ignore[arg-type]
    assert "DE02120300000000202051" in page
    assert "MH-7" in page
    choose(client, order, "card", key="z" * 16)
    assert Charge.objects.get(provider="bank_transfer").state == "cancelled"


def test_a_double_click_is_one_attempt(client: Client, order: Order) -> None:
    assert choose(client, order)["Location"] == choose(client, order)["Location"]
    assert Charge.objects.count() == 1


def test_looking_changes_nothing(client: Client, order: Order) -> None:
    client.get(pay_page_path(order.pk))
    client.get(f"{pay_page_path(order.pk)}?method=1:card&key={'k' * 16}")
    assert not Charge.objects.exists()


def test_nonsense_is_answered_in_words(client: Client, order: Order) -> None:
    answer = client.post(pay_page_path(order.pk), {"method": "999:card", "key": "k" * 16})
    assert answer.status_code == 422
    assert "choose how you want to pay" in text(answer)  # type: ignore[arg-type]


def test_after_paying_one_goes_on_to_a_path_of_ours_only(client: Client, order: Order) -> None:
    for number, (then, landed) in enumerate([("/o/abc/", "/o/abc/"), ("//evil.example/", "/o/")]):
        target = order if number == 0 else make_order(is_paid=False)
        choose(client, target, key=f"{number}" * 16, then=then)
        back = client.get(type_card(client, SUCCEEDS)["Location"])
        assert back["Location"].startswith(landed)
        assert "evil" not in back["Location"]


def test_mallorys_order_and_mallorys_link_reach_no_other_charge(client: Client, order: Order) -> None:
    choose(client, order)
    charge = Charge.objects.get()
    hers = pay_page_path(make_order(email="mallory@elsewhere.example", is_paid=False).pk)
    assert client.get(f"{hers}{charge.pk}/")["Location"] == hers
    gone = client.get(reverse("order-payment", args=["forged"]))
    assert gone["Location"].endswith("?link=gone")
    assert client.get(reverse("payment-sandbox", args=["sbx_nothing"])).status_code == 404


def test_the_sandbox_takes_no_real_card_and_is_shut_where_it_is_not_allowed(
    client: Client, order: Order, settings: object
) -> None:
    choose(client, order)
    charge = Charge.objects.get()
    assert type_card(client, "4111 1111 1111 1111").status_code == 422
    settings.SANDBOX_PAYMENTS = False  # type: ignore[attr-defined]
    assert client.get(charge.redirect_url).status_code == 404
    assert 'name="method" value="' in text(client.get(pay_page_path(order.pk)))  # type: ignore[arg-type]
    assert ":card" not in text(client.get(pay_page_path(order.pk)))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("language", "word"), [("pl", "Opłać"), ("ja", "お支払い"), ("ru", "Оплата"), ("th", "ชำระเงิน")]
)
def test_the_page_speaks_the_orders_language(client: Client, language: str, word: str) -> None:
    make_account("sandbox")
    order = make_order(language=language, is_paid=False)
    assert word in text(client.get(pay_page_path(order.pk)))  # type: ignore[arg-type]
