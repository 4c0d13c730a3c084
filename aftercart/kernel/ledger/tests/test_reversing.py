from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

import pytest

from aftercart.kernel.ledger.actions import capture, expire_due, grant, hold, reconcile, reverse, spend
from aftercart.kernel.ledger.errors import KeyReusedError, NotReversibleError, OverdrawnError
from aftercart.kernel.ledger.models import Account, Posting
from aftercart.kernel.ledger.testing import NOW, amounts_of, balance_of, lots_of, make_account

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def granted(account: Account, amount: int, key: str = "g", days: int | None = None) -> Posting:
    ends = None if days is None else NOW + days * DAY
    return grant(account=account, amount=amount, key=key, actor="system", expires_at=ends, now=NOW)


def spent(account: Account, amount: int, key: str = "s") -> Posting:
    return spend(account=account, amount=amount, key=key, actor="shopper:3", now=NOW)


def reversed_(posting: Posting, key: str = "r", amount: int | None = None, days: int = 0) -> Posting:
    return reverse(posting=posting, key=key, actor="system", amount=amount, now=NOW + days * DAY)


def test_a_grant_is_taken_back_from_its_own_lot() -> None:
    sam = make_account()
    granted(sam, 50, "other", days=1)
    posting = reversed_(granted(sam, 100))
    assert amounts_of(posting) == {"issued": 100, "holder": -100}
    assert (lots_of(sam), balance_of(sam)) == ([50, 0], 50)


def test_a_spending_goes_back_into_its_lots_with_their_own_expiry() -> None:
    sam = make_account()
    granted(sam, 60, "soon", days=5)
    granted(sam, 60, "late", days=50)
    used = spent(sam, 100)
    before = list(sam.lots.order_by("pk").values_list("expires_at", flat=True))
    reversed_(used, "r1", 50)
    assert lots_of(sam) == [30, 40]
    reversed_(used, "r2")
    assert lots_of(sam) == [60, 60]
    assert list(sam.lots.order_by("pk").values_list("expires_at", flat=True)) == before


def test_what_comes_back_into_an_ended_lot_burns() -> None:
    sam = make_account()
    granted(sam, 60, days=5)
    reversed_(spent(sam, 60), days=6)
    assert (balance_of(sam), sam.spendable(NOW + 6 * DAY)) == (60, 0)
    expire_due(now=NOW + 6 * DAY)
    assert balance_of(sam) == 0


def test_a_capture_is_reversed_like_a_spending() -> None:
    sam = make_account()
    granted(sam, 60)
    kept = hold(account=sam, amount=40, key="h", actor="system", expires_at=NOW + DAY, now=NOW)
    reversed_(capture(hold=kept, key="c", actor="system", now=NOW))
    assert (lots_of(sam), sam.spendable(NOW)) == ([60], 60)


def test_points_already_spent_are_taken_from_other_lots() -> None:
    sam = make_account()
    granted(sam, 100, "other", days=50)
    first = granted(sam, 100, "first", days=5)
    spent(sam, 80)
    reversed_(first)
    assert (lots_of(sam), balance_of(sam)) == ([20, 0], 20)


def test_points_already_spent_leave_a_debt_where_that_is_allowed() -> None:
    sam = make_account(allows_negative=True)
    first = granted(sam, 100)
    spent(sam, 80)
    reversed_(first)
    assert (lots_of(sam), balance_of(sam)) == ([0], -80)


def test_points_already_spent_refuse_the_reversal_where_it_is_not() -> None:
    sam = make_account()
    first = granted(sam, 100)
    spent(sam, 80)
    with pytest.raises(OverdrawnError) as refusal:
        reversed_(first)
    assert (refusal.value.asked, refusal.value.available) == (100, 20)
    reversed_(first, amount=20)
    assert balance_of(sam) == 0


def test_what_expired_of_a_grant_is_not_taken_twice() -> None:
    sam = make_account(allows_negative=True)
    granted(sam, 50, "other")
    first = granted(sam, 100, "first", days=5)
    spent(sam, 30)
    expire_due(now=NOW + 6 * DAY)
    assert balance_of(sam) == 50
    half = reversed_(first, "r1", 50, days=6)
    assert amounts_of(half) == {"issued": 50, "breakage": -50}
    rest = reversed_(first, "r2", days=6)
    assert amounts_of(rest) == {"issued": 50, "breakage": -20, "holder": -30}
    assert balance_of(sam) == 20


def test_parts_by_share_never_round_away_from_the_whole() -> None:
    sam = make_account()
    earned = granted(sam, 100)
    shares = [Fraction(1, 3), Fraction(2, 3), Fraction(1)]
    sizes = []
    for number, share in enumerate(shares):
        part = reverse(posting=earned, up_to=share, key=f"r{number}", actor="system", now=NOW)
        sizes.append(amounts_of(part)["issued"])
    assert sizes == [33, 34, 33]
    assert balance_of(sam) == 0


def test_a_share_that_rounds_to_nothing_is_an_empty_posting() -> None:
    earned = granted(make_account(), 1)
    nothing = reverse(posting=earned, up_to=Fraction(1, 10), key="r", actor="system", now=NOW)
    assert amounts_of(nothing) == {}
    assert reverse(posting=earned, up_to=Fraction(1, 10), key="r", actor="system", now=NOW) == nothing


def test_no_more_than_the_whole_is_reversed() -> None:
    earned = granted(make_account(), 100)
    reversed_(earned, "r1", 70)
    with pytest.raises(NotReversibleError, match="Only 30"):
        reversed_(earned, "r2", 31)
    assert reversed_(earned, "r1", 70).key == "r1"
    with pytest.raises(KeyReusedError):
        reversed_(earned, "r1", 71)
    reversed_(earned, "r3")
    with pytest.raises(NotReversibleError, match="Only 0"):
        reversed_(earned, "r4")


def test_a_reversal_is_not_reversed() -> None:
    undone = reversed_(granted(make_account(), 100))
    with pytest.raises(NotReversibleError, match="cannot be reversed"):
        reversed_(undone, "r2")
    with pytest.raises(ValueError, match="not both"):
        reverse(posting=undone, amount=1, up_to=Fraction(1, 2), key="r3", actor="system", now=NOW)


def test_an_overdrawn_spending_comes_back_to_the_debt_first() -> None:
    sam = make_account(allows_negative=True)
    granted(sam, 60, days=5)
    used = spent(sam, 100)
    reversed_(used, "r1", 50)
    assert (balance_of(sam), sum(lots_of(sam))) == (10, 10)
    reversed_(used, "r2")
    assert (balance_of(sam), sum(lots_of(sam))) == (60, 60)
    assert reconcile() == []


def test_a_debt_paid_meanwhile_comes_back_as_a_lot() -> None:
    sam = make_account(allows_negative=True)
    granted(sam, 60, "g1", days=5)
    used = spent(sam, 100)
    granted(sam, 40, "g2", days=50)
    reversed_(used)
    assert (balance_of(sam), lots_of(sam)) == (100, [60, 0, 40])
    assert sam.lots.order_by("pk").last().expires_at == NOW + 50 * DAY  # type: ignore[union-attr]
    assert reconcile() == []
