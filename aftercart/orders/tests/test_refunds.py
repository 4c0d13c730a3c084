"""Refunds from the desk: reasons, limits by role, approval, and two at once at the limit."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from aftercart.kernel.journal.models import Entry
from aftercart.orders.actions import approve_refund, ask_refund, limit_refunds
from aftercart.orders.models import Order, Refund, RefundLimit, RefundRequest
from aftercart.orders.refunds.rules import Limit, over_limit, worth
from aftercart.orders.rules import Refused
from aftercart.orders.testing import make_order
from aftercart.stores.models import Role, StaffMember
from aftercart.stores.testing import make_channel, make_member, make_outsider


def signed_in(role: str = Role.AGENT, name: str = "Ben") -> Client:
    client = Client()
    client.force_login(make_member(name, role).user)
    return client


def refund(client: Client, order: Order, amount: str, key: str = "k", **fields: Any) -> Any:
    body = {"amount": amount, "reason": "goodwill", "key": key, **fields}
    return client.post(f"/desk/orders/{order.pk}/refunds/", body, follow=True)


def limited(order: Order, per_refund: int | None = 2000, per_day: int | None = None) -> None:
    limit_refunds(
        channel_id=order.channel_id,
        role=Role.AGENT,
        per_refund_minor=per_refund,
        per_day_minor=per_day,
        actor="test",
    )


EURO = Limit(currency="EUR", per_refund=2000, per_day=3000)


@pytest.mark.parametrize(
    ("limit", "amount", "currency", "today", "says"),
    [
        (None, 10**6, "EUR", 0, "within"),
        (Limit(currency="EUR"), 10**6, "PLN", 0, "within"),
        (EURO, 2000, "EUR", 1000, "within"),
        (EURO, 2001, "EUR", 0, "over"),
        (EURO, 2000, "EUR", 1001, "over"),
        (EURO, 1, "PLN", 0, "over"),
        (Limit(currency="EUR", per_refund=0), 1, "EUR", 0, "over"),
    ],
)
def test_limits_hold_to_the_last_cent(
    limit: Limit | None, amount: int, currency: str, today: int, says: str
) -> None:
    assert bool(over_limit(limit, amount=amount, currency=currency, given_today=today)) == (says == "over")


def test_pieces_are_worth_their_share_and_all_of_them_the_line() -> None:
    def of(pieces: int, *, gross: bool) -> int:
        return worth(pieces=pieces, quantity=3, total=1000, tax=230, prices_include_tax=gross)

    assert [of(pieces, gross=False) for pieces in (1, 2, 3)] == [410, 820, 1230]
    assert of(3, gross=True) == 1000


@pytest.mark.django_db
def test_an_agent_gives_within_the_limit_and_asks_above_it() -> None:
    order, ben = make_order(), signed_in()
    limited(order)
    refund(ben, order, "20.00")
    assert Refund.objects.get().amount_minor == 2000
    for _ in range(2):
        page = refund(ben, order, "20.01", key="more")
        assert "waits for approval" in page.content.decode()
    asked = RefundRequest.objects.get(state="waiting")
    assert (asked.amount_minor, asked.asked_by.startswith("staff:")) == (2001, True)
    assert Refund.objects.count() == 1
    assert ben.post(f"/desk/refunds/{asked.pk}/approval/").status_code == 404
    again = refund(ben, order, "30.00", key="another")
    assert "Another refund of this order waits" in again.content.decode()


@pytest.mark.django_db
def test_an_admin_approves_or_refuses_once() -> None:
    first, second = make_order(), make_order()
    limited(first)
    ben, ada = signed_in(), signed_in(Role.ADMIN, "Ada")
    refund(ben, first, "30.00")
    refund(ben, second, "40.00")
    one, two = RefundRequest.objects.order_by("pk")
    assert "Waiting" in ada.get("/desk/refunds/").content.decode()
    assert "Approve" in ada.get(f"/desk/orders/{first.pk}/").content.decode()
    ada.post(f"/desk/refunds/{one.pk}/approval/")
    again = ada.post(f"/desk/refunds/{one.pk}/refusal/", follow=True)
    assert "decided already" in again.content.decode()
    ada.post(f"/desk/refunds/{two.pk}/refusal/", {"why": "Ask for a photo first."})
    assert Refund.objects.get().amount_minor == 3000
    two.refresh_from_db()
    assert (two.state, two.decision) == ("refused", "Ask for a photo first.")
    names = Entry.objects.filter(name__in=["RefundAsked", "RefundDecided"]).values_list("name", flat=True)
    assert sorted(names) == ["RefundAsked", "RefundAsked", "RefundDecided", "RefundDecided"]


@pytest.mark.django_db
def test_the_day_counts_what_this_colleague_gave_and_admins_have_no_limit() -> None:
    order = make_order()
    limited(order, None, 3000)
    ben = signed_in()
    refund(ben, order, "20.00", key="1")
    refund(ben, order, "10.00", key="2")
    refund(ben, order, "0.01", key="3")
    assert [asked.state for asked in RefundRequest.objects.order_by("pk")] == ["given", "given", "waiting"]
    refund(signed_in(name="Eve"), make_order(), "30.00")
    refund(signed_in(Role.ADMIN, "Ada"), make_order(), "78.90")
    assert RefundRequest.objects.filter(state="given").count() == 4


@pytest.mark.django_db
def test_an_empty_amount_is_the_chosen_pieces_and_shipping() -> None:
    order = make_order()
    spoon = order.lines.get(position=2)
    refund(signed_in(), order, "", **{f"line-{spoon.pk}": "1", "shipping": "1", "keeps_goods": "1"})
    made = Refund.objects.get()
    assert (made.amount_minor, made.lines) == (1250 + 490, [[spoon.pk, 1]])
    assert RefundRequest.objects.get().keeps_goods


@pytest.mark.django_db
@pytest.mark.parametrize(
    "fields", [{"reason": ""}, {"reason": "revenge"}, {"reason": "other"}, {"amount": ""}, {"amount": "-1"}]
)
def test_a_reason_of_the_list_and_an_amount_are_needed(fields: dict[str, str]) -> None:
    order, client = make_order(), signed_in()
    answer = client.post(
        f"/desk/orders/{order.pk}/refunds/", {"amount": "1.00", "reason": "late", "key": "k", **fields}
    )
    assert (answer.status_code, answer.context["opened"]) == (422, "refund")
    assert not RefundRequest.objects.exists()


@pytest.mark.django_db
def test_what_was_approved_too_late_keeps_waiting() -> None:
    order = make_order()
    limited(order)
    refund(signed_in(), order, "50.00")
    ask_refund(
        order_id=order.pk, amount_minor=7890, reason="late", key="all", actor="staff:9", role=Role.OWNER
    )
    asked = RefundRequest.objects.get(state="waiting")
    with pytest.raises(Refused):
        approve_refund(request_id=asked.pk, actor="staff:9")
    asked.refresh_from_db()
    assert asked.state == "waiting"


@pytest.mark.django_db
def test_limits_are_set_by_whoever_approves_and_seen_by_channel() -> None:
    channel, other = make_channel(), make_channel("other")
    ada, ben = signed_in(Role.ADMIN, "Ada"), signed_in()
    address = "/desk/refund-limits/"
    ada.post(address, {"channel": channel.pk, "per_refund": "50", "per_day": ""})
    limit = RefundLimit.objects.get()
    assert (limit.per_refund_minor, limit.per_day_minor) == (5000, None)
    assert ada.post(address, {"channel": channel.pk, "per_refund": "plenty"}).status_code == 422
    assert ada.post(address, {"channel": channel.pk, "per_refund": "-1"}).status_code == 422
    StaffMember.objects.get(user__name="Ada").channels.add(channel)
    assert ada.post(address, {"channel": other.pk, "per_refund": "1"}).status_code == 404
    mallory = Client()
    mallory.force_login(make_outsider())
    for client in (ben, mallory, signed_in(Role.WAREHOUSE, "Wes")):
        assert client.get(address).status_code == 404
        assert client.post(address, {"channel": channel.pk}).status_code == 404
    assert mallory.get("/desk/refunds/").status_code == 404


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("round_", range(6))
def test_two_refunds_at_once_cannot_both_be_the_last_that_fits(round_: int) -> None:
    orders = [make_order(), make_order()]
    limited(orders[0], None, 3000)
    start, broken = threading.Barrier(2), []

    def give(order: Order) -> None:
        start.wait()
        try:
            ask_refund(
                order_id=order.pk,
                amount_minor=2000,
                reason="late",
                key=f"r{round_}",
                actor="staff:1",
                role=Role.AGENT,
            )
        except Exception as error:
            broken.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=give, args=[order]) for order in orders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not broken
    assert sorted(RefundRequest.objects.values_list("state", flat=True)) == ["given", "waiting"]
    assert Refund.objects.count() == 1
