"""Ending what is past its time: holds first, then lots. Safe to run at any time, by many workers at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.db.models import QuerySet

from aftercart.kernel import clock
from aftercart.kernel.journal.publish import publish
from aftercart.kernel.ledger.actions.accounts import house_account
from aftercart.kernel.ledger.actions.posting import Movement, fingerprint, write_posting
from aftercart.kernel.ledger.actions.purse import Purse, open_purse
from aftercart.kernel.ledger.events import LotsExpired, customer_of
from aftercart.kernel.ledger.models import AccountKind, Hold, Lot, PostingKind
from aftercart.kernel.ledger.rules import Draw, burn_order, draw

BATCH = 500


@dataclass(frozen=True, kw_only=True)
class Expired:
    """How many accounts a run touched: those whose holds ended, those whose lots did."""

    accounts_with_holds: int
    accounts_with_lots: int


def expire_due(*, now: datetime | None = None, should_stop: Callable[[], bool] = lambda: False) -> Expired:
    """End overdue holds and burn what is due, one transaction per account, until told to stop."""
    now = now or clock.now()
    with_holds = with_lots = 0
    for account_id in takewhile(lambda _: not should_stop(), _accounts_with_overdue_holds(now)):
        with transaction.atomic():
            open_purse(account_id, now)
        with_holds += 1
    for account_id in takewhile(lambda _: not should_stop(), _accounts_with_due_lots(now)):
        with_lots += _expire_account(account_id, now)
    return Expired(accounts_with_holds=with_holds, accounts_with_lots=with_lots)


def _accounts_with_overdue_holds(now: datetime) -> Iterator[int]:
    overdue = Hold.objects.all().overdue(now).order_by("account_id").values_list("account_id", flat=True)
    yield from _in_batches(overdue.distinct())


def _accounts_with_due_lots(now: datetime) -> Iterator[int]:
    due = Lot.objects.all().due(now).order_by("account_id").values_list("account_id", flat=True)
    yield from _in_batches(due.distinct())


def _in_batches(account_ids: QuerySet[Any, int]) -> Iterator[int]:
    last = 0
    while batch := list(account_ids.filter(account_id__gt=last)[:BATCH]):
        yield from batch
        last = batch[-1]


@transaction.atomic
def _expire_account(account_id: int, now: datetime) -> bool:
    purse = open_purse(account_id, now)
    if not any(part.free and not _lives(part.expires_at, now) for part in purse.parts()):
        return False
    burnt = _burnt(purse, now)
    amount = sum(part.amount for part in burnt)
    movement = Movement(
        kind=PostingKind.EXPIRY,
        key=f"expiry:{account_id}:{uuid4().hex}",
        fingerprint=fingerprint(PostingKind.EXPIRY, account_id, amount),
        actor="system",
        now=now,
    )
    book = purse.account.book
    lines = {purse.account: -amount, house_account(book.pk, AccountKind.BREAKAGE): amount}
    posting = write_posting(movement, book_id=book.pk, lines=lines)
    purse.record(posting, -amount, draws=burnt)
    if amount:
        _tell(purse, amount, posting_id=posting.pk)
    return True


def _burnt(purse: Purse, now: datetime) -> list[Draw]:
    """What is due and free, less what pays a debt: a negative balance is settled before anything burns."""
    settling = {part.lot_id: part.amount for part in draw(burn_order(purse.parts()), purse.debt)}
    burnt = []
    for part in purse.parts():
        amount = part.free - settling.get(part.lot_id, 0)
        if amount > 0 and not _lives(part.expires_at, now):
            burnt.append(Draw(lot_id=part.lot_id, amount=amount))
    return burnt


def _lives(expires_at: datetime | None, now: datetime) -> bool:
    return expires_at is None or expires_at > now


def _tell(purse: Purse, amount: int, *, posting_id: int) -> None:
    account = purse.account
    publish(
        LotsExpired(
            book=account.book.code,
            unit=account.book.unit,
            holder=account.holder,
            customer_id=customer_of(account.holder),
            amount=amount,
        ),
        actor="system",
        occurred_at=purse.now,
        dedupe_key=f"ledger-expiry:{posting_id}",
    )
