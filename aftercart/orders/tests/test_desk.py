"""Orders on the desk: who may see and do what, filters, saved views, pages, CSV, and acts posted twice."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from aftercart.kernel import clock
from aftercart.orders.actions import cancel_order, fulfil_order
from aftercart.orders.models import Order, Payment, Refund
from aftercart.orders.testing import line, make_order
from aftercart.stores.models import Role, SavedView
from aftercart.stores.testing import make_channel, make_member, make_outsider, make_owner

pytestmark = pytest.mark.django_db


def signed_in(role: str = Role.OWNER, name: str = "Ada") -> Client:
    client = Client()
    client.force_login(make_member(name, role).user)
    return client


def numbers(client: Client, query: str = "") -> list[str]:
    return [order.number for order in client.get(f"/desk/orders/?{query}").context["orders"]]


@pytest.mark.parametrize("path", ["/desk/orders/", "/desk/orders/{}/", "/desk/orders/export/"])
def test_the_outsider_gets_404_and_the_stranger_signs_in(path: str) -> None:
    path = path.format(make_order().pk)
    assert Client().get(path).status_code == 302
    mallory = Client()
    mallory.force_login(make_outsider())
    assert mallory.get(path).status_code == 404


@pytest.mark.parametrize("door", ["payments", "refunds", "cancellation", "notes", "confirmation"])
def test_a_viewer_does_nothing(door: str) -> None:
    order = make_order(is_paid=False)
    client = signed_in(Role.VIEWER, "Vera")
    assert client.post(f"/desk/orders/{order.pk}/{door}/", {}).status_code == 404
    page = client.get(f"/desk/orders/{order.pk}/").content.decode()
    assert f"/desk/orders/{order.pk}/{door}/" not in page


def test_a_member_of_one_channel_sees_no_other() -> None:
    theirs = make_order(channel=make_channel("theirs"))
    member = make_member("Ben")
    member.channels.add(make_channel("ours"))
    client = Client()
    client.force_login(member.user)
    assert numbers(client) == []
    assert client.get(f"/desk/orders/{theirs.pk}/").status_code == 404
    assert client.post(f"/desk/orders/{theirs.pk}/cancellation/", {}).status_code == 404
    assert theirs.number not in b"".join(client.get("/desk/orders/export/")).decode()


def test_filters_find_what_they_say() -> None:
    old = make_order(
        number="OLD", placed_at=clock.now() - timedelta(days=30), email="zoe@x.example", name="Zoë Żak"
    )
    unpaid = make_order(number="DUE", is_paid=False, lines=(line(sku="APRON-M"),))
    gone = make_order(number="GONE")
    cancel_order(order_id=gone.pk, reason="", actor="test")
    client = signed_in()
    today = timezone.localdate()
    assert set(numbers(client)) == {"OLD", "DUE", "GONE"}
    assert numbers(client, "due=pay") == ["DUE"]
    assert numbers(client, "due=send") == ["OLD"]
    assert numbers(client, "due=refund") == ["GONE"]
    assert numbers(client, f"until={today - timedelta(days=10)}") == ["OLD"]
    assert set(numbers(client, f"since={today - timedelta(days=10)}")) == {"DUE", "GONE"}
    assert numbers(client, "q=żak") == numbers(client, "q=ZOE@x") == numbers(client, "q=old") == ["OLD"]
    assert numbers(client, "q=apron-m") == [unpaid.number]
    assert numbers(client, "state=nonsense&since=yesterday&payment=paid&fulfilment=unfulfilled&q=old") == [
        old.number
    ]


def test_a_late_order_is_past_its_promise() -> None:
    make_order(number="LATE", promised_on=timezone.localdate() - timedelta(days=1))
    make_order(number="FINE", promised_on=timezone.localdate() + timedelta(days=1))
    assert numbers(signed_in(), "due=late") == ["LATE"]


def test_pages_follow_one_another_whatever_the_sort() -> None:
    made = [make_order(lines=(line("Cup", n + 1, 100),)).number for n in range(53)]
    client = signed_in()
    for sort, expected in (("", made[::-1]), ("sort=total", made), ("sort=-total", made[::-1])):
        first = client.get(f"/desk/orders/?{sort}")
        second = client.get(f"/desk/orders/?{sort}&cursor={first.context['next']}")
        told = [order.number for page in (first, second) for order in page.context["orders"]]
        assert told == expected
        assert second.context["next"] == ""
    assert len(numbers(client, "cursor=nonsense")) == 50


def test_a_longer_list_asks_no_more_of_the_database() -> None:
    client = signed_in()
    counts = []
    for _ in range(2):
        for _ in range(4):
            make_order()
        with CaptureQueriesContext(connection) as queries:
            client.get("/desk/orders/")
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 8


def test_views_are_kept_shared_and_forgotten() -> None:
    ada = make_owner()
    client = Client()
    client.force_login(ada.user)
    client.post("/desk/orders/views/", {"name": "Unpaid Japan", "due": "pay", "country": "JP"})
    client.post("/desk/orders/views/", {"name": "Team", "state": "open", "shared": "1"})
    ben = signed_in(Role.AGENT, "Ben")
    ben.post("/desk/orders/views/", {"name": "Mine", "state": "open", "shared": "1"})
    views = {view.name: view for view in SavedView.objects.all()}
    assert views["Unpaid Japan"].query == {"due": "pay", "country": "JP", "sort": "-placed_at"}
    assert (views["Team"].owner, views["Mine"].owner is None) == (None, False)
    labels = [tab["label"] for tab in ben.get("/desk/orders/").context["views"]]
    assert "Team" in labels
    assert "Unpaid Japan" not in labels
    assert ben.post(f"/desk/orders/views/{views['Team'].pk}/").status_code == 404
    assert client.post(f"/desk/orders/views/{views['Team'].pk}/").status_code == 302


def test_the_csv_holds_no_formula() -> None:
    make_order(name='=cmd|" /C calc"!A1')
    text = b"".join(signed_in().get("/desk/orders/export/")).decode("utf-8-sig")
    assert "'=cmd" in text
    assert "78.90" in text


def test_a_form_posted_twice_is_one_payment_and_one_refund() -> None:
    order = make_order(is_paid=False)
    client = signed_in()
    for _ in range(2):
        client.post(f"/desk/orders/{order.pk}/payments/", {"amount": "78.90", "method": "bank", "key": "k"})
    assert Payment.objects.get().amount_minor == 7890
    spoon = order.lines.last()
    assert spoon is not None
    body = {"amount": "12.50", "reason": "damaged", "key": "k", f"line-{spoon.pk}": "1"}
    for _ in range(2):
        client.post(f"/desk/orders/{order.pk}/refunds/", body)
    assert Refund.objects.get().lines == [[spoon.pk, 1]]


def test_a_wrong_amount_comes_back_with_the_reason() -> None:
    order = make_order()
    client = signed_in()
    for amount in ("12.345", "-1", "", "abc"):
        answer = client.post(
            f"/desk/orders/{order.pk}/refunds/", {"amount": amount, "reason": "late", "key": "k"}
        )
        assert (answer.status_code, answer.context["opened"]) == (422, "refund")
    body = {"amount": "999", "reason": "late", "key": "k"}
    too_much = client.post(f"/desk/orders/{order.pk}/refunds/", body, follow=True)
    assert "At most" in too_much.content.decode()


def test_the_page_tells_the_story_and_a_hostile_name_stays_text() -> None:
    order = make_order(name="<script>alert(1)</script>")
    fulfil_order(order_id=order.pk, key="f", actor="staff:1")
    signed = signed_in()
    signed.post(f"/desk/orders/{order.pk}/notes/", {"text": "Call before <b>noon</b>"})
    page = signed.get(f"/desk/orders/{order.pk}/").content.decode()
    assert "<script>alert" not in page
    assert "&lt;b&gt;noon" in page
    for words in ("Order placed", "Order paid", "Order fulfilled"):
        assert words in page


def test_the_order_page_asks_little() -> None:
    order = make_order()
    client = signed_in()
    with CaptureQueriesContext(connection) as queries:
        client.get(f"/desk/orders/{order.pk}/")
    assert len(queries) <= 23
    assert Order.objects.get().pk == order.pk
