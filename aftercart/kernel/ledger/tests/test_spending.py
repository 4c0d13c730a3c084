from __future__ import annotations

from datetime import timedelta

import pytest

from aftercart.kernel.ledger.actions import grant, hold, spend
from aftercart.kernel.ledger.errors import KeyReusedError, OverdrawnError
from aftercart.kernel.ledger.models import LotKind, Posting
from aftercart.kernel.ledger.rules import Only
from aftercart.kernel.ledger.testing import NOW, amounts_of, balance_of, lots_of, make_account

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def test_spending_burns_the_earliest_expiry_first() -> None:
    sam = make_account()
    for number, days in enumerate([30, 10, 20]):
        grant(account=sam, amount=100, key=f"g{number}", actor="system", expires_at=NOW + days * DAY, now=NOW)
    posting = spend(account=sam, amount=150, key="s", actor="shopper:3", source="order:9", now=NOW)
    assert amounts_of(posting) == {"holder": -150, "redeemed": 150}
    assert lots_of(sam) == [100, 0, 50]
    assert balance_of(sam) == 150


def test_promotional_first_when_asked() -> None:
    sam = make_account()
    grant(account=sam, amount=100, key="p", actor="system", expires_at=NOW + DAY, now=NOW)
    grant(account=sam, amount=100, key="b", actor="system", lot_kind=LotKind.PROMOTIONAL, now=NOW)
    spend(account=sam, amount=120, key="s", actor="shopper:3", promotional_first=True, now=NOW)
    assert lots_of(sam) == [80, 0]


def test_only_principal_is_paid_out() -> None:
    sam = make_account()
    grant(account=sam, amount=100, key="p", actor="system", now=NOW)
    grant(account=sam, amount=100, key="b", actor="system", lot_kind=LotKind.PROMOTIONAL, now=NOW)
    with pytest.raises(OverdrawnError) as refusal:
        spend(account=sam, amount=101, key="s", actor="staff:1", only=Only.PRINCIPAL, now=NOW)
    assert (refusal.value.asked, refusal.value.available) == (101, 100)
    spend(account=sam, amount=100, key="s", actor="staff:1", only=Only.PRINCIPAL, now=NOW)
    assert lots_of(sam) == [0, 100]


@pytest.mark.parametrize("case", ["none", "pending", "expired", "held"])
def test_what_is_not_there_is_not_spent(case: str) -> None:
    sam = make_account()
    if case == "pending":
        grant(account=sam, amount=10, key="g", actor="system", activates_at=NOW + DAY, now=NOW)
    if case == "expired":
        grant(account=sam, amount=10, key="g", actor="system", expires_at=NOW, now=NOW - DAY)
    if case == "held":
        grant(account=sam, amount=10, key="g", actor="system", now=NOW)
        hold(account=sam, amount=10, key="h", actor="system", expires_at=NOW + DAY, now=NOW)
    before = Posting.objects.count()
    with pytest.raises(OverdrawnError, match="10 was asked for, but only 0 is available"):
        spend(account=sam, amount=10, key="s", actor="shopper:3", now=NOW)
    assert sam.spendable(NOW) == 0
    assert Posting.objects.count() == before


def test_a_retry_is_answered_even_when_nothing_is_left() -> None:
    sam = make_account()
    grant(account=sam, amount=10, key="g", actor="system", now=NOW)
    first = spend(account=sam, amount=10, key="s", actor="shopper:3", now=NOW)
    assert spend(account=sam, amount=10, key="s", actor="shopper:3", now=NOW) == first
    with pytest.raises(KeyReusedError):
        spend(account=sam, amount=9, key="s", actor="shopper:3", now=NOW)
    with pytest.raises(KeyReusedError):
        grant(account=sam, amount=10, key="s", actor="system", now=NOW)


def test_an_account_that_may_go_negative_does() -> None:
    sam = make_account(allows_negative=True)
    grant(account=sam, amount=10, key="g", actor="system", now=NOW)
    grant(account=sam, amount=10, key="later", actor="system", activates_at=NOW + DAY, now=NOW)
    spend(account=sam, amount=35, key="s", actor="system", now=NOW)
    assert balance_of(sam) == -15
    assert lots_of(sam) == [0, 0]
    assert sam.spendable(NOW + DAY) == 0
