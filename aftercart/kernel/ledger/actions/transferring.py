"""Moving value between two holders of a book, each lot with its own life."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from aftercart.kernel import clock
from aftercart.kernel.ledger.actions.posting import (
    Movement,
    check_amount,
    fingerprint,
    replayed,
    write_posting,
)
from aftercart.kernel.ledger.actions.purse import NewLot, Purse, open_purse
from aftercart.kernel.ledger.errors import OverdrawnError
from aftercart.kernel.ledger.models import Account, Posting, PostingKind
from aftercart.kernel.ledger.rules import Draw, burn_order, draw


@transaction.atomic
def transfer(
    *,
    account: Account,
    into: Account,
    key: str,
    actor: str,
    amount: int | None = None,
    reason: str = "",
    source: str = "",
    now: datetime | None = None,
) -> Posting:
    """Move ``amount``, or all that no hold keeps, from one holder to another of the same book.

    Lots keep kind, activation and expiry. With an amount only what may be spent now moves; without, what
    is pending moves too (two customers who are one person).

    Raises:
        OverdrawnError: when there is less.
        KeyReusedError: when the key stands for another movement. A replay gives the first posting.
        ValueError: between two books, or onto itself.
    """
    if account.book_id != into.book_id or account.pk == into.pk:
        raise ValueError("a transfer is between two accounts of one book")
    now = now or clock.now()
    asked = fingerprint(PostingKind.TRANSFER, account.pk, into.pk, amount)
    purses = {pk: open_purse(pk, now) for pk in sorted((account.pk, into.pk))}
    giver, taker = purses[account.pk], purses[into.pk]
    if done := replayed(key, asked):
        return done
    draws = _draws(giver, amount)
    size = sum(part.amount for part in draws)
    movement = Movement(
        kind=PostingKind.TRANSFER,
        key=key,
        fingerprint=asked,
        actor=actor,
        reason=reason,
        source=source,
        now=now,
    )
    lines = {giver.account: -size, taker.account: size}
    posting = write_posting(movement, book_id=account.book_id, lines=lines)
    new_lots = [_like(giver, part) for part in draws]
    giver.record(posting, -size, draws=draws)
    taker.record(posting, size, new_lots=new_lots)
    return posting


def _draws(giver: Purse, amount: int | None) -> list[Draw]:
    if amount is None:
        return draw(burn_order(giver.parts()), max(0, giver.free))
    check_amount(amount)
    ordered, available = giver.spendable()
    if amount > available:
        raise OverdrawnError(asked=amount, available=available)
    return draw(ordered, amount)


def _like(giver: Purse, part: Draw) -> NewLot:
    lot = giver.lots[part.lot_id]
    return NewLot(amount=part.amount, kind=lot.kind, activates_at=lot.activates_at, expires_at=lot.expires_at)
