"""Factories for tests: orders made through the real actions."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.db import connection

from aftercart.orders.actions import LineDraft, OrderDraft, place_order, record_payment
from aftercart.orders.addresses import Address
from aftercart.orders.models import Order
from aftercart.orders.rules import Refused
from aftercart.stores.models import Channel
from aftercart.stores.testing import make_channel

_numbers = itertools.count(1001)


def line(
    title: str = "Linen apron", quantity: int = 1, unit_price_minor: int = 4900, sku: str = ""
) -> LineDraft:
    """A line of an order draft."""
    return LineDraft(title=title, quantity=quantity, unit_price_minor=unit_price_minor, sku=sku)


def make_order(
    *,
    number: str = "",
    lines: tuple[LineDraft, ...] = (),
    email: str = "sam@shopper.example",
    name: str = "Sam Shopper",
    postcode: str = "10115",
    country: str = "DE",
    language: str = "en",
    channel: Channel | None = None,
    placed_at: datetime | None = None,
    promised_on: date | None = None,
    shipping_minor: int = 490,
    is_paid: bool = True,
    change_minutes: int | None = 0,
) -> Order:
    """An order of Sam's, paid by card unless told otherwise; free to be sent unless it has ``change_minutes``."""
    draft = OrderDraft(
        number=number or f"T{next(_numbers)}",
        currency="EUR",
        lines=lines or (line(), line("Oak spoon", 2, 1250)),
        email=email,
        language=language,
        ship_to=Address(name=name, line1="Lindenweg 5", city="Berlin", postcode=postcode, country=country),
        shipping_minor=shipping_minor,
        placed_at=placed_at,
        promised_on=promised_on,
        change_minutes=change_minutes,
    )
    order = place_order(draft=draft, channel=channel or make_channel(), actor="test")
    if is_paid:
        record_payment(
            order_id=order.pk,
            amount_minor=order.total_minor,
            method="card",
            key=f"test:{order.pk}",
            actor="test",
            paid_at=placed_at,
        )
        order.refresh_from_db()
    return order


def at_once(*acts: Callable[[], Any]) -> list[str]:
    """Run all at the same moment; per act ``done`` or the refusal's words. Anything else fails the test."""
    start, said, broken = threading.Barrier(len(acts)), [""] * len(acts), []

    def run(number: int, act: Callable[[], Any]) -> None:
        start.wait()
        try:
            act()
            said[number] = "done"
        except Refused as no:
            said[number] = str(no)
        except Exception as error:
            broken.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not broken, broken
    assert all(said)
    return said
