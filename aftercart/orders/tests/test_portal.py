"""The shopper's doors: finding an order under attack, and the order page behind its signed link."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from aftercart.kernel.links.signing import make_link
from aftercart.messaging.testing import deliver_messages
from aftercart.orders.actions import cancel_order, fulfil_order, refund_order
from aftercart.orders.models import Order
from aftercart.orders.permissions import FROM_LOOKUP, order_page_path
from aftercart.orders.testing import make_order
from aftercart.stores.testing import make_channel

FIND = "/orders/find/"
pytestmark = pytest.mark.django_db


def look_up(client: Client, number: str, proof: str, **extra: str) -> HttpResponse:
    return client.post(FIND, {"number": number, "proof": proof}, **extra)  # type: ignore[return-value, arg-type]


def body(response: HttpResponse, *typed: str) -> str:
    """The page without its form token and without what was typed into it."""
    text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", response.content.decode())
    for word in typed:
        text = text.replace(word, "")
    return text


@pytest.mark.parametrize("proof", ["sam@shopper.example", " SAM@Shopper.Example ", "10115", "1011 5"])
@pytest.mark.parametrize("number", ["MH-7", "#MH-7", "mh-7", "  MH-7 "])
def test_number_and_proof_open_the_page(client: Client, number: str, proof: str) -> None:
    make_order(number="MH-7")
    response = look_up(client, number, proof)
    assert response.status_code == 302
    page = client.get(response["Location"])
    assert page.status_code == 200
    assert "MH-7" in page.content.decode()


def test_every_wrong_answer_is_the_same_answer(client: Client) -> None:
    make_order(number="MH-7")
    answers = [
        look_up(client, number, proof)
        for number, proof in [
            ("MH-7", "mallory@elsewhere.example"),
            ("MH-7", "99999"),
            ("MH-8", "mallory@elsewhere.example"),
            ("MH-8", "99999"),
            ("MH-8", "sam@shopper.example"),
        ]
    ]
    typed = ("MH-7", "MH-8", "mallory@elsewhere.example", "99999", "sam@shopper.example")
    assert {answer.status_code for answer in answers} == {422}
    assert len({body(answer, *typed) for answer in answers}) == 1
    assert len({tuple(sorted(answer.headers)) for answer in answers}) == 1


def test_every_wrong_answer_costs_the_same_queries(client: Client) -> None:
    make_order(number="MH-7")

    def queries(number: str, proof: str) -> list[str]:
        with CaptureQueriesContext(
            connection,
        ) as caught:
            look_up(client, number, proof)
        return [re.sub(r"'[^']*'|\d+", "?", query["sql"]) for query in caught.captured_queries]

    exists, missing = queries("MH-7", "99999"), queries("MH-8", "99999")
    assert exists == missing
    assert len(exists) <= 6


def test_a_number_alone_or_an_empty_proof_shows_nothing(client: Client) -> None:
    Order.objects.filter(pk=make_order(number="MH-7").pk).update(email_key="", ship_postcode_key="")
    for proof in ("", " ", "-", "--", "@"):
        response = look_up(client, "MH-7", proof)
        assert response.status_code == 422


def test_guessing_at_a_number_is_limited_whether_it_exists_or_not(client: Client) -> None:
    make_order(number="MH-7")
    for number in ("MH-7", "MH-8"):
        seen = [
            look_up(client, number, f"{10000 + guess}", REMOTE_ADDR=f"198.51.100.{guess}").status_code
            for guess in range(12)
        ]
        assert seen[:10] == [422] * 10
        assert seen[10:] == [429] * 2
    refused = look_up(client, "MH-7", "10115", REMOTE_ADDR="203.0.113.9")
    assert refused.status_code == 429


def test_one_visitor_may_not_try_many_numbers(client: Client) -> None:
    seen = [look_up(client, f"MH-{guess}", "10115").status_code for guess in range(21)]
    assert (seen[19], seen[20]) == (422, 429)


def test_whoever_knows_the_order_is_not_locked_out(client: Client) -> None:
    make_order(number="MH-7")
    assert {look_up(client, "MH-7", "10115").status_code for _ in range(15)} == {302}


def test_two_channels_may_share_a_number(client: Client) -> None:
    make_order(number="7", email="sam@shopper.example")
    theirs = make_order(
        number="7", email="kim@shopper.example", postcode="20095", channel=make_channel("other")
    )
    page = client.get(look_up(client, "7", "kim@shopper.example")["Location"])
    assert page.context["order"].pk == theirs.pk


def test_a_link_that_is_wrong_in_any_way_leads_to_the_look_up(client: Client) -> None:
    order = make_order()
    good = order_page_path(order.pk).split("/")[2]
    old = datetime(2020, 1, 1, tzinfo=UTC)
    wrong = [
        good[:-2] + ("AA" if good[-2:] != "AA" else "BB"),
        make_link("order-page", {"o": order.pk, "t": "link"}, expires_in=timedelta(days=1), now=old),
        make_link("unsubscribe", {"o": order.pk, "t": "link"}, expires_in=timedelta(days=1)),
        make_link("order-page", {"o": order.pk + 999, "t": "link"}, expires_in=timedelta(days=1)),
        "nonsense",
    ]
    answers = [client.get(reverse("order-page", args=[token])) for token in wrong]
    assert {(answer.status_code, answer.get("Location")) for answer in answers} == {
        (302, f"{FIND}?link=gone")
    }
    assert "does not work any more" in client.get(f"{FIND}?link=gone").content.decode()


def test_the_page_is_kept_by_nobody(client: Client) -> None:
    response = client.get(order_page_path(make_order().pk))
    assert response["Referrer-Policy"] == "same-origin"
    assert "noindex" in response["X-Robots-Tag"]
    assert {"private", "no-store"} <= set(response["Cache-Control"].split(", "))


def test_a_look_up_shows_less_of_the_address_than_the_mails_own_link(client: Client) -> None:
    order = make_order()
    assert "sam@shopper.example" in client.get(order_page_path(order.pk)).content.decode()
    looked_up = client.get(order_page_path(order.pk, trust=FROM_LOOKUP)).content.decode()
    assert "sam@shopper.example" not in looked_up
    assert "s•••@shopper.example" in looked_up


def test_the_page_speaks_the_orders_language_until_the_shopper_chooses(client: Client) -> None:
    path = order_page_path(make_order(language="pl").pk)
    response = client.get(path, headers={"accept-language": "ja"})
    assert response["Content-Language"] == "pl"
    client.post("/i18n/setlang/", {"language": "th", "next": path})
    assert client.get(path)["Content-Language"] == "th"


@pytest.mark.parametrize(("language", "spoken"), [("pl-PL", "pl"), ("xx", "ja"), ("", "ja")])
def test_a_language_we_do_not_speak_leaves_it_to_the_browser(
    client: Client, language: str, spoken: str
) -> None:
    order = make_order()
    Order.objects.filter(pk=order.pk).update(language=language)
    response = client.get(order_page_path(order.pk), headers={"accept-language": "ja"})
    assert response["Content-Language"] == spoken


def test_the_page_takes_at_most_twelve_queries(client: Client) -> None:
    order = make_order()
    fulfil_order(order_id=order.pk, key="f", actor="test")
    refund_order(order_id=order.pk, amount_minor=100, key="r", actor="test")
    path = order_page_path(order.pk)
    client.get(path)
    with CaptureQueriesContext(connection) as caught:
        client.get(path)
    assert len(caught) <= 12


@pytest.mark.parametrize(
    ("is_paid", "step", "said"),
    [
        (False, "", "Your payment is still open"),
        (True, "", "Your order is confirmed"),
        (True, "part", "Part of your order has been sent"),
        (True, "all", "Your order has been sent"),
        (True, "cancel", "Your order is cancelled"),
    ],
)
def test_the_headline_says_how_it_stands(client: Client, *, is_paid: bool, step: str, said: str) -> None:
    order = make_order(is_paid=is_paid)
    if step in {"part", "all"}:
        some = {order.lines.all()[0].pk: 1} if step == "part" else None
        fulfil_order(order_id=order.pk, key="f", actor="test", quantities_by_line=some)
    if step == "cancel":
        cancel_order(order_id=order.pk, reason="", actor="test")
    page = client.get(order_page_path(order.pk)).content.decode()
    assert said in page
    assert ("What can still be done" in page) is (step != "cancel")


def test_a_cancelled_and_refunded_order_says_where_the_money_is(client: Client) -> None:
    order = make_order()
    cancel_order(order_id=order.pk, reason="", actor="test")
    path = order_page_path(order.pk)
    assert "We pay back what you paid" in client.get(path).content.decode()
    refund_order(order_id=order.pk, amount_minor=order.total_minor, key="r", actor="test")
    assert "Your money has been paid back" in client.get(path).content.decode()


def test_nothing_typed_becomes_html(client: Client) -> None:
    response = look_up(client, "<script>alert(1)</script>", "<b>")
    assert "<script>alert" not in response.content.decode()


def test_the_confirmation_is_sent_again_once_per_form_and_three_times_an_hour(client: Client) -> None:
    order = make_order()
    page = order_page_path(order.pk)
    key = client.get(page).context["key"]
    for _ in range(2):
        response = client.post(f"{page}confirmation/", {"key": key})
        assert (response.status_code, response["Location"]) == (302, page)
    (mail,) = deliver_messages()
    assert mail["to"].addresses[0].addr_spec == "sam@shopper.example"
    for number in range(5):
        client.post(f"{page}confirmation/", {"key": f"other-{number}"})
    assert len(deliver_messages()) == 1
    assert "We have just sent it." in client.get(page).content.decode()


def test_a_cancelled_order_is_not_confirmed_again(client: Client) -> None:
    order = make_order()
    cancel_order(order_id=order.pk, reason="", actor="test")
    page = order_page_path(order.pk)
    assert "Send the confirmation again" not in client.get(page).content.decode()
    client.post(f"{page}confirmation/", {"key": "k"})
    assert deliver_messages() == []


def test_other_spellings_of_a_number_bring_no_new_tries(client: Client) -> None:
    make_order(number="INV-7")
    spellings = ("INV-7", "#INV-7", "# inv-7", "##  INV-7", "#   \u0131NV-7")
    seen = [
        look_up(client, spelling, f"{guess}", REMOTE_ADDR=f"198.51.100.{guess}").status_code
        for guess, spelling in enumerate(spellings * 3, 10)
    ]
    assert seen == [422] * 10 + [429] * 5
