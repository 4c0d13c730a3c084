"""Giving value to a holder."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from aftercart.kernel import clock
from aftercart.kernel.ledger.actions.accounts import house_account
from aftercart.kernel.ledger.actions.posting import (
    Movement,
    check_amount,
    fingerprint,
    replayed,
    write_posting,
)
from aftercart.kernel.ledger.actions.purse import NewLot, open_purse
from aftercart.kernel.ledger.models import Account, AccountKind, LotKind, Posting, PostingKind


@transaction.atomic
def grant(
    *,
    account: Account,
    amount: int,
    key: str,
    actor: str,
    reason: str = "",
    source: str = "",
    lot_kind: LotKind = LotKind.PRINCIPAL,
    activates_at: datetime | None = None,
    expires_at: datetime | None = None,
    now: datetime | None = None,
) -> Posting:
    """Give ``amount`` (smallest units of the book) as one lot; a negative balance is netted at once.

    Raises:
        KeyReusedError: when the key stands for another movement. A replay gives the first posting.
        ValueError: when the amount is not positive or the lot would end before it begins.
    """
    check_amount(amount)
    now = now or clock.now()
    if expires_at is not None and expires_at <= (activates_at or now):
        raise ValueError("a lot ends after it begins")
    asked = fingerprint(PostingKind.GRANT, account.pk, amount, lot_kind.value, source)
    purse = open_purse(account.pk, now)
    if done := replayed(key, asked):
        return done
    movement = Movement(
        kind=PostingKind.GRANT, key=key, fingerprint=asked, actor=actor, reason=reason, source=source, now=now
    )
    lines = {house_account(account.book_id, AccountKind.ISSUED): -amount, purse.account: amount}
    posting = write_posting(movement, book_id=account.book_id, lines=lines)
    lot = NewLot(amount=amount, kind=lot_kind, activates_at=activates_at, expires_at=expires_at)
    purse.record(posting, amount, new_lots=[lot])
    return posting
