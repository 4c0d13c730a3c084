"""Real threads, real connections: no overdraft and no double grant."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from aftercart.kernel.ledger.actions import grant, hold, reconcile, spend, transfer
from aftercart.kernel.ledger.errors import KeyReusedError, OverdrawnError
from aftercart.kernel.ledger.models import Posting
from aftercart.kernel.ledger.testing import NOW, balance_of, make_account

pytestmark = pytest.mark.django_db(transaction=True)
LATER = NOW.replace(year=2027)


def together(number: int, work: Callable[[int], bool]) -> int:
    """Run the work in as many threads at once; gives how many succeeded."""

    def alone(index: int) -> bool:
        try:
            return work(index)
        except (OverdrawnError, KeyReusedError):
            return False
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=number) as threads:
        return sum(threads.map(alone, range(number)))


def test_fifty_threads_spend_no_more_than_there_is() -> None:
    sam = make_account()
    for lot in range(3):
        grant(account=sam, amount=40, key=f"g{lot}", actor="system", now=NOW)

    def buy(index: int) -> bool:
        spend(account=sam, amount=7, key=f"s{index}", actor="shopper:3", now=NOW)
        return True

    assert together(50, buy) == 120 // 7
    assert balance_of(sam) == 120 % 7
    assert reconcile() == []


def test_spending_and_holding_share_one_balance() -> None:
    sam = make_account()
    grant(account=sam, amount=100, key="g", actor="system", now=NOW)

    def buy(index: int) -> bool:
        if index % 2:
            spend(account=sam, amount=10, key=f"s{index}", actor="shopper:3", now=NOW)
        else:
            hold(account=sam, amount=10, key=f"h{index}", actor="shopper:3", expires_at=LATER, now=NOW)
        return True

    assert together(30, buy) == 10
    assert sam.spendable(NOW) == 0
    assert reconcile() == []


def test_twenty_grants_with_one_key_are_one() -> None:
    sam = make_account()

    def give(index: int) -> bool:
        grant(account=sam, amount=100, key="order:7", actor="system", now=NOW)
        return True

    assert together(20, give) == 20
    assert balance_of(sam) == 100
    assert Posting.objects.count() == 1


def test_one_key_on_twenty_accounts_is_one_too() -> None:
    accounts = [make_account(f"customer:{number}") for number in range(20)]

    def give(index: int) -> bool:
        grant(account=accounts[index], amount=100, key="order:7", actor="system", now=NOW)
        return True

    assert together(20, give) == 1
    assert sum(balance_of(account) for account in accounts) == 100
    assert reconcile() == []


def test_transfers_both_ways_do_not_wait_for_each_other() -> None:
    pair = [make_account("customer:1"), make_account("customer:3")]
    for account in pair:
        grant(account=account, amount=100, key=f"g{account.pk}", actor="system", now=NOW)

    def swap(index: int) -> bool:
        giver, taker = pair[index % 2], pair[1 - index % 2]
        transfer(account=giver, into=taker, amount=3, key=f"t{index}", actor="system", now=NOW)
        return True

    assert together(20, swap) == 20
    assert [balance_of(account) for account in pair] == [100, 100]
    assert reconcile() == []
