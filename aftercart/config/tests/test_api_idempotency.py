"""Eight posts of one request at the same moment do the thing once and answer alike."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection

from aftercart.kernel import clock
from aftercart.kernel.api.idempotency import forget_old_answers
from aftercart.kernel.api.models import StoredAnswer
from aftercart.kernel.api.testing import ApiClient
from aftercart.orders.models import Refund
from aftercart.orders.testing import make_order
from aftercart.stores.testing import make_api_token, make_channel


@pytest.mark.django_db(transaction=True)
def test_eight_at_once() -> None:
    order = make_order(channel=make_channel())
    secret = make_api_token(channel=make_channel())[1]
    answers: list[tuple[int, bytes]] = []
    gate = threading.Barrier(8)

    def post() -> None:
        gate.wait()
        body = {"amount_minor": 100, "key": "r"}
        answer = ApiClient(secret).post(f"/orders/{order.pk}/refunds", body, Idempotency_Key="same")
        answers.append((answer.status_code, answer.content))
        connection.close()

    threads = [threading.Thread(target=post) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {status for status, _ in answers} == {201}
    assert len({content.replace(b" ", b"") for _, content in answers}) == 1
    assert Refund.objects.count() == 1


@pytest.mark.django_db
def test_answers_are_kept_for_a_week() -> None:
    now = clock.now()
    for days in (1, 8):
        StoredAnswer.objects.create(
            caller="t", key=str(days), digest="", created_at=now - timedelta(days=days)
        )
    assert forget_old_answers(now=now) == 1
    assert StoredAnswer.objects.get().key == "1"
