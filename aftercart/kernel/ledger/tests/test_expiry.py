from __future__ import annotations

from datetime import timedelta

import pytest

from aftercart.kernel.journal.models import Entry as JournalEntry
from aftercart.kernel.ledger.actions import expire_due, grant, hold
from aftercart.kernel.ledger.actions.expiry import BATCH
from aftercart.kernel.ledger.models import Lot, Posting
from aftercart.kernel.ledger.testing import NOW, amounts_of, balance_of, lots_of, make_account

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def test_what_is_due_burns_once_and_is_told() -> None:
    sam = make_account("customer:3")
    grant(account=sam, amount=100, key="soon", actor="system", expires_at=NOW + DAY, now=NOW)
    grant(account=sam, amount=100, key="late", actor="system", expires_at=NOW + 2 * DAY, now=NOW)
    assert expire_due(now=NOW + DAY).accounts_with_lots == 1
    assert expire_due(now=NOW + DAY).accounts_with_lots == 0
    assert (lots_of(sam), balance_of(sam)) == ([0, 100], 100)
    assert amounts_of(Posting.objects.get(kind="expiry")) == {"holder": -100, "breakage": 100}
    told = JournalEntry.objects.get(name="LotsExpired")
    assert (told.subject, told.customer_id, told.facts["amount"]) == ("customer:3", 3, 100)


def test_overdue_holds_end() -> None:
    sam = make_account()
    grant(account=sam, amount=100, key="g", actor="system", now=NOW)
    kept = hold(account=sam, amount=100, key="h", actor="system", expires_at=NOW + DAY, now=NOW)
    assert expire_due(now=NOW).accounts_with_holds == 0
    assert expire_due(now=NOW + DAY).accounts_with_holds == 1
    kept.refresh_from_db()
    assert kept.state == "expired"
    assert sam.spendable(NOW + DAY) == 100


def test_many_accounts_are_done_in_one_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aftercart.kernel.ledger.actions.expiry.BATCH", 2)
    assert BATCH > 2
    for number in range(5):
        account = make_account(f"customer:{number}")
        for lot in range(2):
            grant(
                account=account,
                amount=1,
                key=f"g{number}.{lot}",
                actor="system",
                expires_at=NOW + DAY,
                now=NOW,
            )
    assert expire_due(now=NOW + DAY).accounts_with_lots == 5
    assert not Lot.objects.filter(remaining__gt=0).exists()


def test_who_loses_how_much_soon() -> None:
    sam, ada = make_account("customer:3"), make_account("customer:1")
    grant(account=sam, amount=10, key="a", actor="system", expires_at=NOW + 3 * DAY, now=NOW)
    grant(account=sam, amount=15, key="b", actor="system", expires_at=NOW + 2 * DAY, now=NOW)
    grant(account=sam, amount=99, key="c", actor="system", expires_at=NOW + 40 * DAY, now=NOW)
    grant(account=ada, amount=7, key="d", actor="system", expires_at=NOW + 1 * DAY, now=NOW)
    rows = Lot.objects.all().expiring(sam.book, now=NOW, within=30 * DAY)
    assert [(row.holder, row.amount, row.first_at) for row in rows] == [
        ("customer:1", 7, NOW + DAY),
        ("customer:3", 25, NOW + 2 * DAY),
    ]
