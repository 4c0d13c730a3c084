"""A code by mail: same answer and same work for everybody, few tries, and only the address's own orders."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from aftercart.kernel import clock
from aftercart.kernel.links.codes import make_code
from aftercart.kernel.work.testing import run_due_jobs
from aftercart.messaging.testing import deliver_messages, part
from aftercart.orders.testing import make_order

ASK, CHECK = "/orders/find/code/", "/orders/find/code/check/"
SAM = "sam@shopper.example"
pytestmark = pytest.mark.django_db


def mailed_code() -> str:
    """What the worker mails."""
    run_due_jobs()
    (mail,) = deliver_messages()
    assert mail["to"].addresses[0].addr_spec == SAM
    found = re.search(r"^(\d{6})$", part(mail, "plain"), re.MULTILINE)
    assert found is not None
    return found[1]


def test_the_code_opens_the_addresss_own_orders(client: Client) -> None:
    make_order(number="MH-1")
    make_order(number="MH-2", email="kim@shopper.example")
    assert client.post(ASK, {"email": " Sam@Shopper.example"}).status_code == 200
    response = client.post(CHECK, {"email": SAM, "code": mailed_code()}, follow=True)
    shown = response.content.decode()
    assert "MH-1" in shown
    assert "MH-2" not in shown
    path = re.search(r'href="(/o/[^"]+)"', shown)
    assert path is not None
    page = client.get(path[1]).content.decode()
    assert SAM in page


def test_everybody_gets_the_same_answer_for_the_same_work(client: Client) -> None:
    make_order()

    def ask(email: str) -> tuple[int, str, list[str]]:
        with CaptureQueriesContext(connection) as caught:
            response = client.post(ASK, {"email": email})
        body = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", response.content.decode())
        statements = [re.sub(r"'[^']*'|\d+", "?", query["sql"]) for query in caught.captured_queries]
        return response.status_code, body.replace(email, ""), statements

    assert ask(SAM) == ask("nobody@elsewhere.example")


def test_an_unknown_address_gets_no_mail(client: Client) -> None:
    client.post(ASK, {"email": "nobody@elsewhere.example"})
    run_due_jobs()
    assert deliver_messages() == []


def test_a_wrong_code_costs_a_try_whether_the_address_is_known_or_not(client: Client) -> None:
    make_order()
    for email in (SAM, "nobody@elsewhere.example"):
        client.post(ASK, {"email": email})
        answers = {client.post(CHECK, {"email": email, "code": "000000"}).status_code for _ in range(6)}
        assert answers == {422}
    good = make_code("orders.lookup", SAM, clock.now())
    assert client.post(CHECK, {"email": SAM, "code": good}).status_code == 302
    assert client.post(CHECK, {"email": SAM, "code": good}).status_code == 422


def test_asking_is_limited_per_address_and_per_visitor(client: Client) -> None:
    seen = [client.post(ASK, {"email": SAM}, REMOTE_ADDR=f"198.51.100.{n}").status_code for n in range(5)]
    assert seen == [200] * 4 + [429]
    seen = [client.post(ASK, {"email": f"a{n}@b.example"}).status_code for n in range(11)]
    assert (seen[9], seen[10]) == (200, 429)


@pytest.mark.parametrize("path", ["/orders/mine/nonsense/"])
def test_a_wrong_link_leads_to_the_look_up(client: Client, path: str) -> None:
    assert client.get(path)["Location"] == "/orders/find/?link=gone"
    assert client.get(CHECK)["Location"] == ASK


def test_checking_is_limited_per_visitor(client: Client) -> None:
    seen = [client.post(CHECK, {"email": f"a{n}@b.example", "code": "1"}).status_code for n in range(31)]
    assert (seen[29], seen[30]) == (422, 429)
