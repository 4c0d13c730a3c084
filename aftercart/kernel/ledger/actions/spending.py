"""Taking value from a holder."""

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
from aftercart.kernel.ledger.actions.purse import Purse, open_purse
from aftercart.kernel.ledger.errors import OverdrawnError
from aftercart.kernel.ledger.models import Account, AccountKind, Posting, PostingKind
from aftercart.kernel.ledger.rules import Draw, Only, draw


@transaction.atomic
def spend(
    *,
    account: Account,
    amount: int,
    key: str,
    actor: str,
    reason: str = "",
    source: str = "",
    promotional_first: bool = False,
    only: Only = Only.ANY,
    now: datetime | None = None,
) -> Posting:
    """Take ``amount`` from the lots that may be spent now, the earliest expiry first.

    ``only`` restricts it to one kind of lot: what may be paid out in money is principal.

    Raises:
        OverdrawnError: when there is less, and the account may not go negative.
        KeyReusedError: when the key stands for another movement. A replay gives the first posting.
    """
    check_amount(amount)
    now = now or clock.now()
    asked = fingerprint(PostingKind.SPEND, account.pk, amount, only.value, source)
    purse = open_purse(account.pk, now)
    if done := replayed(key, asked):
        return done
    draws = _draws(purse, amount, promotional_first=promotional_first, only=only)
    movement = Movement(
        kind=PostingKind.SPEND, key=key, fingerprint=asked, actor=actor, reason=reason, source=source, now=now
    )
    lines = {purse.account: -amount, house_account(account.book_id, AccountKind.REDEEMED): amount}
    posting = write_posting(movement, book_id=account.book_id, lines=lines)
    purse.record(posting, -amount, draws=draws)
    return posting


def _draws(purse: Purse, amount: int, *, promotional_first: bool, only: Only) -> list[Draw]:
    ordered, available = purse.spendable(promotional_first=promotional_first, only=only)
    if amount > available and not (purse.account.allows_negative and only is Only.ANY):
        raise OverdrawnError(asked=amount, available=available)
    return draw(ordered, min(amount, available))
