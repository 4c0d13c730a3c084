from __future__ import annotations

import logging
from datetime import timedelta

import pytest

from aftercart.kernel import clock
from aftercart.kernel.journal.models import Entry as JournalEntry
from aftercart.kernel.ledger.actions import expire_due, grant
from aftercart.kernel.ledger.models import Account
from aftercart.kernel.ledger.testing import balance_of, make_account
from aftercart.kernel.work.jobs import enqueue
from aftercart.kernel.work.schedules import registry
from aftercart.kernel.work.testing import run_due_jobs

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def test_the_ledger_has_its_schedules() -> None:
    assert {"ledger.expire", "ledger.reconcile", "links.clean"} <= set(registry)


def test_the_job_burns_what_is_due() -> None:
    sam, now = make_account(), clock.now()
    grant(account=sam, amount=5, key="g", actor="system", expires_at=now - HOUR, now=now - 2 * HOUR)
    enqueue("ledger.expire")
    run_due_jobs()
    assert balance_of(sam) == 0


def test_a_worker_that_must_stop_does() -> None:
    sam, now = make_account(), clock.now()
    grant(account=sam, amount=5, key="g", actor="system", expires_at=now - HOUR, now=now - 2 * HOUR)
    assert expire_due(now=now, should_stop=lambda: True).accounts_with_lots == 0
    assert balance_of(sam) == 5


def test_a_difference_is_told_and_left(caplog: pytest.LogCaptureFixture) -> None:
    sam = make_account()
    grant(account=sam, amount=5, key="g", actor="system")
    enqueue("ledger.reconcile")
    run_due_jobs()
    assert not JournalEntry.objects.filter(name="LedgerDisproved").exists()
    Account.objects.filter(pk=sam.pk).update(balance=6)
    with caplog.at_level(logging.ERROR, logger="aftercart.kernel.ledger"):
        enqueue("ledger.reconcile")
        run_due_jobs()
    assert "balance is 6, the entries prove 5" in caplog.text
    assert JournalEntry.objects.get(name="LedgerDisproved").facts == {"differences": 1}
    assert balance_of(sam) == 6
