"""Reconciliation finds what was planted, mends what may be mended, and touches nothing else."""

from __future__ import annotations

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from aftercart.kernel.ledger.actions import grant, hold, reconcile, spend
from aftercart.kernel.ledger.models import Account, Entry, Lot, LotEntry, Posting
from aftercart.kernel.ledger.testing import NOW, balance_of, lots_of, make_account

pytestmark = pytest.mark.django_db


@pytest.fixture
def sam() -> Account:
    account = make_account()
    grant(account=account, amount=100, key="g", actor="system", now=NOW)
    spend(account=account, amount=30, key="s", actor="shopper:3", now=NOW)
    hold(account=account, amount=20, key="h", actor="system", expires_at=NOW + timedelta(days=1), now=NOW)
    return account


def test_right_books_have_no_difference(sam: Account) -> None:
    assert reconcile() == []


@pytest.mark.parametrize(
    ("cache", "wrong", "proven"), [("balance", 71, 70), ("remaining", 69, 70), ("held", 21, 20)]
)
def test_a_wrong_cache_is_found_and_mended(sam: Account, cache: str, wrong: int, proven: int) -> None:
    table = Account.objects.filter(pk=sam.pk) if cache == "balance" else Lot.objects.filter(account=sam)
    table.update(**{cache: wrong})
    found = reconcile(fix=True)
    assert [(one.check, one.found, one.proven, one.is_mendable) for one in found] == [
        (cache, wrong, proven, True)
    ]
    assert reconcile() == []
    assert (balance_of(sam), lots_of(sam), sam.lots.get().held) == (70, [70], 20)


def test_what_the_entries_have_wrong_is_found_and_left_alone(sam: Account) -> None:
    posting = Posting.objects.get(key="g")
    extra = make_account("customer:66")
    LotEntry.objects.create(posting=posting, lot=sam.lots.get(), amount=5, role="settled")
    assert {(one.check, one.is_mendable) for one in reconcile(fix=True)} == {
        ("remaining", True),
        ("lots", False),
    }
    assert [one.check for one in reconcile(fix=True)] == ["lots"]
    if connection.vendor == "sqlite":
        Entry.objects.create(posting=posting, account=extra, amount=5)
        assert {one.check for one in reconcile()} == {"sum of entries", "balance", "lots"}


def run(*words: str) -> str:
    out = StringIO()
    call_command("ledger", *words, stdout=out)
    return out.getvalue()


def test_the_command_says_that_all_is_well(sam: Account) -> None:
    assert "1 account, 2 postings: every balance is proven" in run("reconcile")
    assert json.loads(run("reconcile", "--json")) == {
        "accounts": 1,
        "postings": 2,
        "differences": [],
        "fixed": 0,
    }


def test_the_command_ends_with_1_on_a_difference(sam: Account) -> None:
    Account.objects.filter(pk=sam.pk).update(balance=71)
    with pytest.raises(CommandError, match="1 difference") as refusal:
        run("reconcile")
    assert refusal.value.returncode == 1
    with pytest.raises(CommandError, match="1 difference, 1 mended"):
        run("reconcile", "--fix")
    assert balance_of(sam) == 70
    run("reconcile")
