from __future__ import annotations

from datetime import timedelta

import pytest

from aftercart.kernel.ledger.actions import grant, hold, reconcile, spend, transfer
from aftercart.kernel.ledger.errors import OverdrawnError
from aftercart.kernel.ledger.models import LotKind
from aftercart.kernel.ledger.testing import NOW, balance_of, lots_of, make_account

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def test_lots_move_with_their_own_life() -> None:
    sam, ada = make_account("customer:3"), make_account("customer:1")
    grant(account=sam, amount=10, key="a", actor="system", expires_at=NOW + DAY, now=NOW)
    grant(account=sam, amount=20, key="b", actor="system", lot_kind=LotKind.PROMOTIONAL, now=NOW)
    grant(account=sam, amount=40, key="c", actor="system", activates_at=NOW + DAY, now=NOW)
    hold(account=sam, amount=5, key="h", actor="system", expires_at=NOW + DAY, now=NOW)
    posting = transfer(account=sam, into=ada, key="t", actor="system", now=NOW)
    assert transfer(account=sam, into=ada, key="t", actor="system", now=NOW) == posting
    assert (balance_of(sam), balance_of(ada)) == (5, 65)
    lots = ada.lots.order_by("pk").values_list("amount", "kind", "activates_at", "expires_at")
    assert list(lots) == [
        (5, "principal", None, NOW + DAY),
        (20, "promotional", None, None),
        (40, "principal", NOW + DAY, None),
    ]
    assert reconcile() == []


def test_an_amount_moves_only_what_may_be_spent() -> None:
    sam, ada = make_account("customer:3"), make_account("customer:1", allows_negative=True)
    spend(account=ada, amount=7, key="s", actor="system", now=NOW)
    grant(account=sam, amount=10, key="a", actor="system", now=NOW)
    grant(account=sam, amount=10, key="b", actor="system", activates_at=NOW + DAY, now=NOW)
    with pytest.raises(OverdrawnError):
        transfer(account=sam, into=ada, amount=11, key="t", actor="system", now=NOW)
    transfer(account=sam, into=ada, amount=10, key="t", actor="system", now=NOW)
    assert (balance_of(sam), balance_of(ada), lots_of(ada)) == (10, 3, [3])


def test_two_books_do_not_mix() -> None:
    sam = make_account()
    for other in (make_account(book="credit"), sam):
        with pytest.raises(ValueError, match="one book"):
            transfer(account=sam, into=other, key="t", actor="system", now=NOW)
