"""Many at once on PostgreSQL: the sums hold, and one payment is one payment."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.db import connection

from aftercart.kernel.journal.testing import published
from aftercart.kernel.work.models import Job
from aftercart.payments.actions import request_refund, start_charge, sync_charge
from aftercart.payments.actions.start import ChargeDraft
from aftercart.payments.models import Charge, ProviderEvent, Refund, SandboxIntent
from aftercart.payments.providers.sandbox import actions as books
from aftercart.payments.providers.sandbox.cards import BY_NUMBER
from aftercart.payments.providers.sandbox.telling import DELIVER, HEADER, webhook_secret
from aftercart.payments.receiving import receive
from aftercart.payments.rules import Refused
from aftercart.payments.signatures import sign
from aftercart.payments.testing import SUCCEEDS, make_account, make_charge, settle_everything

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def all_at_once(deeds: list[Callable[[], object]]) -> list[object]:
    """Run them side by side, started together; their answers, or what they raised."""
    barrier, answers = threading.Barrier(len(deeds)), list[object]()

    def run(deed: Callable[[], object]) -> None:
        try:
            barrier.wait()
            answers.append(deed())
        except Exception as error:
            answers.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_twenty_refunds_at_once_never_exceed_what_came() -> None:
    charge = make_charge(SUCCEEDS, amount_minor=1000)

    def refund(number: int) -> Callable[[], object]:
        return lambda: request_refund(charge_id=charge.pk, amount_minor=300, key=f"r{number}", actor="test")

    answers = all_at_once([refund(number) for number in range(20)])
    assert sum(isinstance(one, Refund) for one in answers) == 3
    assert sum(isinstance(one, Refused) for one in answers) == 17
    settle_everything()
    charge.refresh_from_db()
    assert (charge.refunded_minor, charge.refunding_minor) == (900, 0)
    assert SandboxIntent.objects.get().refunded_minor == 900


def test_one_refund_key_posted_by_twenty_is_one_refund() -> None:
    charge = make_charge(SUCCEEDS, amount_minor=10_000)
    answers = all_at_once(
        [lambda: request_refund(charge_id=charge.pk, amount_minor=300, key="same", actor="test")] * 20
    )
    assert {one.pk for one in answers if isinstance(one, Refund)} == {Refund.objects.get().pk}
    assert len(answers) == 20


def test_webhook_and_return_page_at_once_are_one_payment() -> None:
    charge = make_charge(amount_minor=1000)
    books.pay(charge.reference or "", BY_NUMBER[SUCCEEDS])
    payload = Job.objects.filter(name=DELIVER).latest("pk").payload
    body = payload["body"].encode()
    header = sign(body, secret=webhook_secret(payload["account_id"]), at=datetime.now(tz=UTC))
    answers = all_at_once(
        [lambda: receive("sandbox", body, {HEADER: header})] * 5
        + [lambda: sync_charge(charge_id=charge.pk)] * 5
    )
    assert not [one for one in answers if isinstance(one, Exception)]
    charge.refresh_from_db()
    assert charge.captured_minor == 1000
    assert len(published("PaymentCaptured")) == 1
    assert ProviderEvent.objects.count() == 1


def test_a_double_posted_start_is_one_charge_at_the_provider() -> None:
    draft = ChargeDraft(
        account=make_account(),
        about="basket:1",
        method="card",
        amount_minor=1000,
        currency="EUR",
        key="attempt",
        return_url="/",
        token=SUCCEEDS,
    )
    answers = all_at_once([lambda: start_charge(draft=draft, actor="test")] * 10)
    assert not [one for one in answers if isinstance(one, Exception)]
    assert (Charge.objects.count(), SandboxIntent.objects.count()) == (1, 1)
    assert len(published("PaymentCaptured")) == 1
