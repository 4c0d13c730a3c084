from __future__ import annotations

from datetime import timedelta

import pytest

from aftercart.kernel.ledger.actions import (
    capture,
    expire_due,
    grant,
    hold,
    reconcile,
    release,
    reverse,
    spend,
)
from aftercart.kernel.ledger.errors import HoldClosedError, KeyReusedError, OverdrawnError
from aftercart.kernel.ledger.models import Account, Hold
from aftercart.kernel.ledger.testing import NOW, amounts_of, balance_of, lots_of, make_account

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def sam() -> Account:
    account = make_account()
    grant(account=account, amount=60, key="soon", actor="system", expires_at=NOW + 5 * DAY, now=NOW)
    grant(account=account, amount=60, key="late", actor="system", now=NOW)
    return account


def held(account: Account, amount: int, key: str = "h", days: int = 1) -> Hold:
    return hold(
        account=account, amount=amount, key=key, actor="shopper:3", expires_at=NOW + days * DAY, now=NOW
    )


def test_a_hold_sets_aside_and_its_capture_spends(sam: Account) -> None:
    kept = held(sam, 80)
    assert (balance_of(sam), sam.spendable(NOW)) == (120, 40)
    posting = capture(hold=kept, key="c", actor="system", now=NOW)
    assert amounts_of(posting) == {"holder": -80, "redeemed": 80}
    assert (balance_of(sam), sam.spendable(NOW), lots_of(sam)) == (40, 40, [0, 40])
    kept.refresh_from_db()
    assert (kept.state, kept.posting, kept.closed_by) == ("captured", posting, "system")


def test_a_part_may_be_captured_and_the_rest_is_free(sam: Account) -> None:
    capture(hold=held(sam, 80), amount=50, key="c", actor="system", now=NOW)
    assert (lots_of(sam), sam.spendable(NOW)) == ([10, 60], 70)


def test_more_than_held_is_not_captured(sam: Account) -> None:
    with pytest.raises(OverdrawnError):
        capture(hold=held(sam, 80), amount=81, key="c", actor="system", now=NOW)


def test_a_hold_is_released_once_or_twice_the_same(sam: Account) -> None:
    kept = held(sam, 80)
    for _ in range(2):
        assert release(hold=kept, actor="staff:1", now=NOW).state == "released"
    assert sam.spendable(NOW) == 120
    with pytest.raises(HoldClosedError, match="already released"):
        capture(hold=kept, key="c", actor="system", now=NOW)


def test_a_captured_hold_is_not_released(sam: Account) -> None:
    kept = held(sam, 80)
    first = capture(hold=kept, key="c", actor="system", now=NOW)
    assert capture(hold=kept, key="c", actor="system", now=NOW) == first
    with pytest.raises(HoldClosedError):
        capture(hold=kept, key="other", actor="system", now=NOW)
    with pytest.raises(HoldClosedError, match="Reverse"):
        release(hold=kept, actor="system", now=NOW)


def test_holds_never_overlap(sam: Account) -> None:
    held(sam, 80)
    with pytest.raises(OverdrawnError, match="only 40"):
        held(sam, 41, key="h2")
    held(sam, 40, key="h2")
    assert sam.spendable(NOW) == 0


def test_a_hold_never_goes_negative() -> None:
    with pytest.raises(OverdrawnError):
        held(make_account(allows_negative=True), 1)


def test_a_key_stands_for_one_hold(sam: Account) -> None:
    assert held(sam, 80) == held(sam, 80)
    with pytest.raises(KeyReusedError):
        held(sam, 79)
    with pytest.raises(KeyReusedError):
        held(make_account("customer:66"), 80)


def test_an_overdue_hold_is_over_before_any_job_ran(sam: Account) -> None:
    kept = held(sam, 120)
    with pytest.raises(HoldClosedError, match="already expired"):
        capture(hold=kept, key="c", actor="system", now=NOW + DAY)
    spend(account=sam, amount=120, key="s", actor="shopper:3", now=NOW + DAY)
    kept.refresh_from_db()
    assert (kept.state, kept.closed_by) == ("expired", "system")


def test_what_was_held_in_time_outlives_its_lot(sam: Account) -> None:
    kept = held(sam, 60, days=30)
    expire_due(now=NOW + 10 * DAY)
    assert lots_of(sam) == [60, 60]
    capture(hold=kept, key="c", actor="system", now=NOW + 10 * DAY)
    assert lots_of(sam) == [0, 60]


def test_a_released_hold_of_an_ended_lot_burns(sam: Account) -> None:
    kept = held(sam, 60, days=30)
    release(hold=kept, actor="system", now=NOW + 10 * DAY)
    expire_due(now=NOW + 10 * DAY)
    assert (lots_of(sam), balance_of(sam)) == ([0, 60], 60)


def test_debt_beside_a_hold_is_settled_when_the_hold_ends() -> None:
    sam = make_account(allows_negative=True)
    earned = grant(account=sam, amount=100, key="g", actor="system", now=NOW)
    kept = held(sam, 60)
    reverse(posting=earned, key="r", actor="system", now=NOW)
    assert (balance_of(sam), lots_of(sam), sam.spendable(NOW)) == (0, [60], 0)
    release(hold=kept, actor="system", now=NOW)
    assert sam.spendable(NOW) == 0
    with pytest.raises(OverdrawnError):
        held(sam, 1, key="h2")
    grant(account=sam, amount=10, key="g2", actor="system", now=NOW)
    assert (balance_of(sam), sam.spendable(NOW)) == (10, 10)
    assert reconcile() == []


def test_what_one_hold_frees_is_not_lent_while_another_hold_needs_it() -> None:
    sam = make_account(allows_negative=True)
    earned = grant(account=sam, amount=100, key="a", actor="system", now=NOW)
    grant(account=sam, amount=50, key="b", actor="system", now=NOW)
    kept, other = held(sam, 60), held(sam, 90, key="h2")
    reverse(posting=earned, key="r", actor="system", now=NOW)
    release(hold=other, actor="system", now=NOW)
    assert (balance_of(sam), sam.spendable(NOW)) == (50, 0)
    with pytest.raises(OverdrawnError):
        held(sam, 1, key="h3")
    capture(hold=kept, key="c", actor="system", now=NOW)
    assert balance_of(sam) == -10
    assert reconcile() == []


def test_what_pays_a_debt_does_not_burn() -> None:
    sam = make_account(allows_negative=True)
    ends = NOW + 5 * DAY
    earned = grant(account=sam, amount=100, key="g", actor="system", expires_at=ends, now=NOW)
    kept = held(sam, 60, days=30)
    reverse(posting=earned, key="r", actor="system", now=NOW)
    release(hold=kept, actor="system", now=NOW + 10 * DAY)
    expire_due(now=NOW + 10 * DAY)
    assert (balance_of(sam), lots_of(sam)) == (0, [0])
    assert expire_due(now=NOW + 10 * DAY).accounts_with_lots == 0
    assert reconcile() == []
