"""The real parts a journey meets: the API over HTTP, a worker at its work, and a mail server's inbox."""

from __future__ import annotations

import json
import re
import threading
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from django.db import connection

from aftercart.kernel import clock
from aftercart.kernel.outbox.testing import free_port
from aftercart.kernel.work.worker import Worker
from aftercart.messaging.testing import part

PATIENCE = 60.0  # seconds a mail may take on a busy machine


class Api:
    """A store's system: JSON over HTTP with a bearer token."""

    def __init__(self, base_url: str, secret: str) -> None:
        self._base, self._secret = base_url, secret

    def get(self, path: str) -> Any:
        """What is at ``/api/v1{path}``."""
        return self._send("GET", path, None)

    def post(self, path: str, body: dict[str, Any]) -> Any:
        """The answer to a body posted to ``/api/v1{path}``; raises ``HTTPError`` when refused."""
        return self._send("POST", path, body)

    def _send(self, method: str, path: str, body: dict[str, Any] | None) -> Any:
        request = urllib.request.Request(
            f"{self._base}/api/v1{path}",
            data=json.dumps(body).encode() if body is not None else None,
            method=method,
            headers={"Authorization": f"Bearer {self._secret}", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            return json.load(answer)


class Inbox:
    """What an SMTP server took, as the people it was written to would read it."""

    def __init__(self) -> None:
        self._mails: list[EmailMessage] = []
        self._arrived = threading.Condition()

    async def handle_DATA(self, server: object, session: object, envelope: Any) -> str:
        """aiosmtpd's hook: a mail came."""
        mail = message_from_bytes(envelope.content, policy=policy.default)
        with self._arrived:
            self._mails.append(mail)
            self._arrived.notify_all()
        return "250 OK"

    def wait_for(self, subject: str) -> EmailMessage:
        """The first mail whose subject contains ``subject``, waited for."""
        return self._wait(lambda mail: subject in str(mail["Subject"]), subject)

    def subjects(self) -> list[str]:
        """Of all mails so far."""
        with self._arrived:
            return [str(mail["Subject"]) for mail in self._mails]

    def _wait(self, is_it: Callable[[EmailMessage], bool], wanted: str) -> EmailMessage:
        with self._arrived:
            self._arrived.wait_for(lambda: any(map(is_it, self._mails)), timeout=PATIENCE)
            found = next(filter(is_it, self._mails), None)
        assert found is not None, f"no mail {wanted!r} among {self.subjects()}"
        return found


def order_body(number: str = "W-77", **values: Any) -> dict[str, Any]:
    """Sam's order as the store's system tells it: two lines, due in two days."""
    return {
        "number": number,
        "currency": "EUR",
        "language": "en",
        "email": "sam@shopper.example",
        "ship_to": {"name": "Sam Shopper", "line1": "Lindenweg 5", "city": "Berlin", "postcode": "10115"},
        "lines": [
            {"title": "Linen apron", "quantity": 1, "unit_price_minor": 4900},
            {"title": "Oak spoon", "quantity": 2, "unit_price_minor": 1250},
        ],
        "shipping_minor": 490,
        "change_minutes": 0,
        "promised_on": (clock.now() + timedelta(days=2)).date().isoformat(),
        **values,
    }


def send_order(api: Api, body: dict[str, Any], *scans: tuple[str, str]) -> int:
    """Place, pay and send an order; then the carrier scans its parcel: (status, place), an hour apart.

    Returns the parcel's id.
    """
    order = api.post("/orders", body)
    path = f"/orders/{order['id']}"
    paid = {"amount_minor": order["total_minor"], "method": "card", "reference": f"pi_{order['id']}"}
    api.post(f"{path}/payments", paid)
    sent = api.post(f"{path}/fulfilments", {"key": "f"})
    parcel = {"key": "p", "fulfilment_id": sent["id"], "carrier": "DHL", "tracking_number": "003404"}
    made = api.post("/parcels", {"order_id": order["id"], **parcel})
    for age, (status, place) in zip(range(len(scans), 0, -1), scans, strict=True):
        scan(api, made["id"], status, place, hours_ago=age)
    return int(made["id"])


def scan(api: Api, parcel_id: int, status: str, place: str, *, hours_ago: int = 0) -> None:
    """The carrier says something about a parcel."""
    at = clock.now() - timedelta(hours=hours_ago)
    said = {"status": status, "occurred_at": at.isoformat(), "place": place}
    api.post(f"/parcels/{parcel_id}/events", said)


def order_link(mail: EmailMessage) -> str:
    """The signed address of the order page, as it stands in both parts of a mail."""
    link = re.search(r"https?://\S+/o/[\w-]+/", part(mail, "plain"))
    assert link is not None, part(mail, "plain")
    assert f'href="{link[0]}"' in part(mail, "html")
    return link[0]


@contextmanager
def serving_mail() -> Iterator[tuple[Inbox, int]]:
    """A mail server on loopback: its inbox and its port."""
    inbox = Inbox()
    controller = Controller(inbox, hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        yield inbox, controller.port
    finally:
        controller.stop()


@contextmanager
def working() -> Iterator[Worker]:
    """A worker with all its pumps on threads of their own, as ``aftercart work`` runs it."""
    worker = Worker()

    def run() -> None:
        try:
            worker.run()
        finally:
            connection.close()

    thread = threading.Thread(target=run, name="worker")
    thread.start()
    try:
        yield worker
    finally:
        worker.stop()
        thread.join(timeout=PATIENCE)
        assert not thread.is_alive(), "the worker did not stop"
