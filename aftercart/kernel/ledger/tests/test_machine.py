"""Any order of anything: the books stay right, whatever a state machine plays on them."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from fractions import Fraction
from functools import partial
from itertools import count

import pytest
from django.db import connection, transaction
from django.db.models import Sum
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from aftercart.kernel.ledger.actions import (
    capture,
    expire_due,
    grant,
    hold,
    reconcile,
    release,
    reverse,
    spend,
    transfer,
)
from aftercart.kernel.ledger.errors import HoldClosedError, LedgerError, OverdrawnError
from aftercart.kernel.ledger.models import Account, Entry, Hold, Lot, LotKind, Posting
from aftercart.kernel.ledger.testing import NOW, balance_of, make_account

AMOUNTS = st.integers(1, 60)
DAYS = st.none() | st.integers(1, 10)
WHO = st.sampled_from(["strict", "lenient"])


class Books(RuleBasedStateMachine):
    """Two holders, one of whom may go negative; time only moves forward."""

    postings = Bundle("postings")
    holds = Bundle("holds")

    def __init__(self) -> None:
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.now, self.keys = NOW, count()
        self.accounts = {
            "strict": make_account("customer:1"),
            "lenient": make_account("customer:3", allows_negative=True),
        }

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.undo.__exit__(None, None, None)

    def key(self) -> str:
        return f"key:{next(self.keys)}"

    @rule(target=postings, who=WHO, amount=AMOUNTS, begins=DAYS, lasts=DAYS, kind=st.sampled_from(LotKind))
    def give(self, who: str, amount: int, begins: int | None, lasts: int | None, kind: LotKind) -> Posting:
        account, key = self.accounts[who], self.key()
        before = balance_of(account)
        begin = self.now + timedelta(days=begins or 0)
        ends = None if lasts is None else begin + timedelta(days=lasts)
        posting = [
            grant(
                account=account,
                amount=amount,
                key=key,
                actor="system",
                lot_kind=kind,
                activates_at=begin if begins else None,
                expires_at=ends,
                now=self.now,
            )
            for _ in range(2)
        ]
        assert posting[0] == posting[1]
        assert balance_of(account) == before + amount
        return posting[0]

    @rule(target=postings, who=WHO, amount=AMOUNTS, promotional_first=st.booleans())
    def take(self, who: str, amount: int, promotional_first: bool) -> object:  # noqa: FBT001
        account, key = self.accounts[who], self.key()
        before, available = balance_of(account), account.spendable(self.now)
        pay = partial(
            spend,
            account=account,
            amount=amount,
            key=key,
            actor="shopper:3",
            promotional_first=promotional_first,
            now=self.now,
        )
        if amount > available and not account.allows_negative:
            with pytest.raises(OverdrawnError):
                pay()
            assert balance_of(account) == before
            return multiple()
        posting = pay()
        assert pay() == posting
        assert balance_of(account) == before - amount
        if not promotional_first:
            self.burnt_in_order(account, posting)
        return posting

    def burnt_in_order(self, account: Account, posting: Posting) -> None:
        far = NOW + timedelta(days=9999)
        drawn = posting.lot_entries.filter(role="moved")
        latest = max((row.lot.expires_at or far for row in drawn.select_related("lot")), default=NOW)
        active = [lot for lot in account.lots.filter(remaining__gt=0) if lot.free and lot.is_active(self.now)]
        assert all((lot.expires_at or far) >= latest for lot in active)

    @rule(target=holds, who=WHO, amount=AMOUNTS, days=st.integers(1, 5))
    def keep(self, who: str, amount: int, days: int) -> object:
        account = self.accounts[who]
        before = account.spendable(self.now)
        put_aside = partial(
            hold,
            account=account,
            amount=amount,
            key=self.key(),
            actor="system",
            expires_at=self.now + timedelta(days=days),
            now=self.now,
        )
        if amount > before:
            with pytest.raises(OverdrawnError):
                put_aside()
            return multiple()
        kept = put_aside()
        assert account.spendable(self.now) == before - amount
        return kept

    @rule(target=postings, kept=consumes(holds), share=st.integers(1, 4))
    def use(self, kept: Hold, share: int) -> object:
        amount = max(1, kept.amount * share // 4)
        before = balance_of(kept.account)
        try:
            posting = capture(hold=kept, amount=amount, key=self.key(), actor="system", now=self.now)
        except HoldClosedError:
            assert kept.expires_at <= self.now
            return multiple()
        assert balance_of(kept.account) == before - amount
        return posting

    @rule(kept=consumes(holds))
    def let_go(self, kept: Hold) -> None:
        before = balance_of(kept.account)
        release(hold=kept, actor="system", now=self.now)
        assert balance_of(kept.account) == before

    @rule(posting=postings, amount=st.none() | AMOUNTS)
    def take_back(self, posting: Posting, amount: int | None) -> None:
        with suppress(LedgerError):
            reverse(posting=posting, amount=amount, key=self.key(), actor="system", now=self.now)

    @rule(posting=postings, tenths=st.integers(0, 10))
    def take_back_a_share(self, posting: Posting, tenths: int) -> None:
        share = Fraction(tenths, 10)
        with suppress(LedgerError):
            reverse(posting=posting, up_to=share, key=self.key(), actor="system", now=self.now)

    @rule(amount=st.none() | AMOUNTS, is_back=st.booleans())
    def hand_over(self, amount: int | None, is_back: bool) -> None:  # noqa: FBT001
        giver, taker = self.accounts["strict"], self.accounts["lenient"]
        if is_back:
            giver, taker = taker, giver
        with suppress(OverdrawnError):
            transfer(account=giver, into=taker, amount=amount, key=self.key(), actor="system", now=self.now)

    @rule(days=st.integers(1, 6))
    def wait(self, days: int) -> None:
        self.now += timedelta(days=days)
        expire_due(now=self.now)
        assert not Lot.objects.all().due(self.now).exists()
        assert not Hold.objects.all().overdue(self.now).exists()

    @invariant()
    def the_books_are_right(self) -> None:
        connection.check_constraints()
        assert reconcile() == []
        assert (Entry.objects.aggregate(total=Sum("amount"))["total"] or 0) == 0
        for account in self.accounts.values():
            balance = balance_of(account)
            lots = sum(account.lots.values_list("remaining", flat=True))
            assert balance >= 0 or account.allows_negative
            assert 0 <= account.spendable(self.now) <= max(0, balance)
            assert lots >= balance


@pytest.mark.django_db
def test_the_books_stay_right_whatever_happens() -> None:
    run_state_machine_as_test(
        Books,
        settings=settings(
            max_examples=25,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
        ),
    )
