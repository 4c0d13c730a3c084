from __future__ import annotations

from datetime import timedelta

import pytest

from aftercart.kernel.ledger.actions import grant, open_account, open_book
from aftercart.kernel.ledger.errors import KeyReusedError
from aftercart.kernel.ledger.models import Account, Book, LotKind, Posting
from aftercart.kernel.ledger.testing import NOW, amounts_of, balance_of, lots_of, make_account

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def test_a_grant_is_balanced_and_makes_a_lot() -> None:
    sam = make_account()
    posting = grant(
        account=sam,
        amount=150,
        key="earn:order:7",
        actor="system",
        reason="order",
        source="order:7",
        lot_kind=LotKind.PROMOTIONAL,
        activates_at=NOW + DAY,
        expires_at=NOW + 365 * DAY,
        now=NOW,
    )
    assert amounts_of(posting) == {"issued": -150, "holder": 150}
    assert balance_of(sam) == 150
    assert (sam.spendable(NOW), sam.pending(NOW), sam.spendable(NOW + DAY)) == (0, 150, 150)
    lot = sam.lots.get()
    assert (lot.kind, lot.amount, lot.remaining, lot.posting) == ("promotional", 150, 150, posting)
    assert (posting.source, posting.actor, posting.occurred_at) == ("order:7", "system", NOW)


def test_a_retry_gives_the_same_posting_even_with_another_clock() -> None:
    sam = make_account()
    first = grant(account=sam, amount=150, key="k", actor="system", expires_at=NOW + DAY, now=NOW)
    again = grant(account=sam, amount=150, key="k", actor="staff:3", expires_at=NOW + 2 * DAY, now=NOW + DAY)
    assert again == first
    assert balance_of(sam) == 150


@pytest.mark.parametrize("change", ["amount", "account", "kind", "source"])
def test_a_key_stands_for_one_movement(change: str) -> None:
    sam, mallory = make_account(), make_account("customer:66")
    grant(account=sam, amount=150, key="k", actor="system", source="order:7", now=NOW)
    with pytest.raises(KeyReusedError, match="'k' was already used"):
        grant(
            account=mallory if change == "account" else sam,
            amount=151 if change == "amount" else 150,
            lot_kind=LotKind.PROMOTIONAL if change == "kind" else LotKind.PRINCIPAL,
            source="order:8" if change == "source" else "order:7",
            key="k",
            actor="system",
            now=NOW,
        )
    assert Posting.objects.count() == 1


@pytest.mark.parametrize("amount", [0, -5, True, 1.5])
def test_an_amount_is_a_positive_whole_number(amount: int) -> None:
    with pytest.raises(ValueError, match="positive whole number"):
        grant(account=make_account(), amount=amount, key="k", actor="system", now=NOW)


def test_a_lot_must_end_after_it_begins() -> None:
    with pytest.raises(ValueError, match="ends after"):
        grant(account=make_account(), amount=1, key="k", actor="system", expires_at=NOW, now=NOW)


def test_a_negative_balance_is_netted_by_the_next_grant() -> None:
    sam = make_account(allows_negative=True)
    Account.objects.filter(pk=sam.pk).update(balance=0)
    from aftercart.kernel.ledger.actions import spend

    spend(account=sam, amount=40, key="s", actor="system", now=NOW)
    assert balance_of(sam) == -40
    grant(account=sam, amount=100, key="g", actor="system", now=NOW)
    assert balance_of(sam) == 60
    assert lots_of(sam) == [60]
    assert sam.spendable(NOW) == 60


def test_opening_twice_gives_the_same() -> None:
    book = open_book(code="credit", unit="EUR", name="Store credit")
    assert open_book(code="credit", unit="EUR", name="Other") == book
    assert open_book(code="credit", unit="JPY", name="Store credit") != book
    assert Book.objects.count() == 2
    assert open_account(book=book, holder="customer:3") == open_account(book=book, holder="customer:3")
