"""Delivery: in order, once, in one transaction with the progress; failures harm nobody else."""

from __future__ import annotations

import pytest
from django.db import transaction

from aftercart.kernel.journal.dispatcher import Dispatcher
from aftercart.kernel.journal.listening import Recorded, on
from aftercart.kernel.journal.progress import ensure_listeners
from aftercart.kernel.journal.publish import publish
from aftercart.kernel.journal.tests.cast import BellRang
from aftercart.kernel.journal.tests.patience import until
from aftercart.kernel.work.testing import idle_context

pytestmark = pytest.mark.django_db(transaction=True)


def ring(*numbers: int) -> None:
    with transaction.atomic():
        for number in numbers:
            publish(BellRang(number=number))


def drain(dispatcher: Dispatcher, *, heard: int) -> int:
    """Turn until this many entries were handled; other databases' transactions may hold them back a while."""
    done = 0

    def turn() -> bool:
        nonlocal done
        done += dispatcher.turn(idle_context())
        return done >= heard

    until(turn)
    return done


def test_listeners_hear_in_order_and_once() -> None:
    heard: list[int] = []

    @on(BellRang, name="test.hear")
    def hear(recorded: Recorded[BellRang]) -> None:
        heard.append(recorded.event.number)

    ensure_listeners()
    ring(1, 2)
    ring(3)
    dispatcher = Dispatcher()
    drain(dispatcher, heard=3)
    assert dispatcher.turn(idle_context()) == 0
    assert Dispatcher().turn(idle_context()) == 0
    assert heard == [1, 2, 3]
