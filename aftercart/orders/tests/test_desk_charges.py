"""Charges on the order's desk page: refunds through the provider, by hand, and honest records."""

from __future__ import annotations

import pytest
from django.test import Client

from aftercart.orders.actions import give_back, pay_order
from aftercart.orders.models import Order
from aftercart.orders.testing import make_order
from aftercart.payments.actions import sync_charge
from aftercart.payments.models import Charge, Refund
from aftercart.payments.providers.sandbox import actions as books
from aftercart.payments.providers.sandbox.cards import BY_NUMBER
from aftercart.payments.testing import SUCCEEDS, make_offer, settle_everything
from aftercart.stores.testing import make_member, make_outsider, make_owner

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def ada(client: Client) -> Client:
    client.force_login(make_owner().user, backend=BACKEND)
    return client


def started(provider: str) -> tuple[Order, Charge]:
    order = make_order(is_paid=False)
    offer = make_offer(provider)
    return order, pay_order(order_id=order.pk, offer=offer, key="k", actor="shopper", return_url="/")


def paid_by_sandbox() -> tuple[Order, Charge]:
    order, charge = started("sandbox")
    books.pay(charge.reference or "", BY_NUMBER[SUCCEEDS])
    sync_charge(charge_id=charge.pk)
    settle_everything()
    return order, charge


def refund(client: Client, order: Order, amount: str) -> str:
    answer = client.post(
        f"/desk/orders/{order.pk}/refunds/", {"amount": amount, "reason": "goodwill", "key": "a"}, follow=True
    )
    return answer.content.decode()


def test_a_refund_from_the_desk_goes_out_through_the_provider(ada: Client) -> None:
    order, _ = paid_by_sandbox()
    assert "back by the sandbox" in ada.get(f"/desk/orders/{order.pk}/").content.decode()
    assert "€10.00 is on its way back through the sandbox." in refund(ada, order, "10.00")
    settle_everything()
    order.refresh_from_db()
    assert order.refunded_minor == 1000


def test_a_refund_of_an_order_paid_elsewhere_is_a_record_and_says_so(ada: Client) -> None:
    order = make_order()
    assert "make the transfer there" in refund(ada, order, "10.00")
    assert not Refund.objects.exists()
    order.refresh_from_db()
    assert order.refunded_minor == 1000


def test_a_transfer_is_marked_as_received_and_its_refund_as_sent(ada: Client) -> None:
    order, charge = started("bank_transfer")
    path = f"/desk/orders/{order.pk}/charges/{charge.pk}/receipts/"
    for _ in range(2):
        ada.post(path, {"amount": "78.90", "key": "once"})
    settle_everything()
    order.refresh_from_db()
    assert (order.payment_state, order.paid_minor) == ("paid", order.total_minor)
    give_back(order_id=order.pk, amount_minor=500, key="r", actor="staff:1")
    made = Refund.objects.get()
    ada.post(f"/desk/orders/{order.pk}/transfers/{made.pk}/", {"went": "yes"})
    settle_everything()
    order.refresh_from_db()
    assert order.refunded_minor == 500


def test_too_much_is_refused_in_words(ada: Client) -> None:
    order, charge = started("bank_transfer")
    path = f"/desk/orders/{order.pk}/charges/{charge.pk}/receipts/"
    assert "are still open" in ada.post(path, {"amount": "9999", "key": "x"}, follow=True).content.decode()


def test_only_who_may_does(client: Client) -> None:
    order, charge = started("bank_transfer")
    path = f"/desk/orders/{order.pk}/charges/{charge.pk}/receipts/"
    for user in (make_outsider(), make_member("Viv", "viewer").user):
        client.force_login(user, backend=BACKEND)
        assert client.post(path, {"amount": "1", "key": "x"}).status_code == 404
    client.force_login(make_owner().user, backend=BACKEND)
    other = make_order()
    assert client.post(f"/desk/orders/{other.pk}/charges/{charge.pk}/receipts/").status_code == 404
    assert client.get(path).status_code == 405
