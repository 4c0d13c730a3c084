"""Setting an amount aside: hold it, then capture it or let it go."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

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
from aftercart.kernel.ledger.errors import HoldClosedError, KeyReusedError, OverdrawnError
from aftercart.kernel.ledger.models import (
    Account,
    AccountKind,
    Hold,
    HoldPart,
    HoldState,
    Posting,
    PostingKind,
)
from aftercart.kernel.ledger.rules import Draw, draw


@transaction.atomic
def hold(
    *,
    account: Account,
    amount: int,
    key: str,
    actor: str,
    expires_at: datetime,
    source: str = "",
    promotional_first: bool = False,
    now: datetime | None = None,
) -> Hold:
    """Set ``amount`` aside until ``expires_at``. Held lots may pass their own expiry and stay good.

    Raises:
        OverdrawnError: when there is less; a hold never goes negative.
        KeyReusedError: when the key stands for another hold. A replay gives the first one.
    """
    check_amount(amount)
    now = now or clock.now()
    asked = fingerprint("hold", account.pk, amount, source)
    purse = open_purse(account.pk, now)
    if done := _replayed_hold(key, asked):
        return done
    ordered, available = purse.spendable(promotional_first=promotional_first)
    if amount > available:
        raise OverdrawnError(asked=amount, available=available)
    held = _write_hold(
        Hold(
            account=purse.account,
            key=key,
            fingerprint=asked,
            amount=amount,
            actor=actor,
            source=source,
            created_at=now,
            expires_at=expires_at,
        )
    )
    draws = draw(ordered, amount)
    HoldPart.objects.bulk_create(
        HoldPart(hold=held, lot_id=part.lot_id, amount=part.amount) for part in draws
    )
    purse.keep({part.lot_id: part.amount for part in draws})
    return held


@transaction.atomic
def capture(
    *,
    hold: Hold,
    key: str,
    actor: str,
    amount: int | None = None,
    reason: str = "",
    now: datetime | None = None,
) -> Posting:
    """Spend what was held, or ``amount`` of it: the rest is free again.

    Raises:
        HoldClosedError: when the hold was captured, released or came to its end.
        OverdrawnError: when ``amount`` is more than was held.
        KeyReusedError: when the key stands for another movement. A replay gives the first posting.
    """
    now, amount = now or clock.now(), hold.amount if amount is None else amount
    check_amount(amount)
    asked = fingerprint(PostingKind.CAPTURE, hold.pk, amount)
    purse = open_purse(hold.account_id, now)
    if done := replayed(key, asked):
        return done
    if amount > hold.amount:
        raise OverdrawnError(asked=amount, available=hold.amount)
    kept = _open_hold(hold.pk)
    movement = Movement(
        kind=PostingKind.CAPTURE,
        key=key,
        fingerprint=asked,
        actor=actor,
        reason=reason,
        source=kept.source,
        now=now,
    )
    book_id = purse.account.book_id
    lines = {purse.account: -amount, house_account(book_id, AccountKind.REDEEMED): amount}
    posting = write_posting(movement, book_id=book_id, lines=lines)
    draws = _captured(purse, kept, amount)
    purse.close(kept, HoldState.CAPTURED, actor=actor, posting=posting)
    purse.record(posting, -amount, draws=draws)
    return posting


@transaction.atomic
def release(*, hold: Hold, actor: str, now: datetime | None = None) -> Hold:
    """Let a hold go. Releasing it twice, or after its end, changes nothing.

    Raises:
        HoldClosedError: when it was captured: reverse its posting instead.
    """
    purse = open_purse(hold.account_id, now or clock.now())
    kept = Hold.objects.prefetch_related("parts").get(pk=hold.pk)
    if kept.state == HoldState.CAPTURED:
        raise HoldClosedError("This hold was captured. Reverse its posting instead.")
    if kept.state == HoldState.OPEN:
        purse.close(kept, HoldState.RELEASED, actor=actor)
    return kept


def _captured(purse: Purse, kept: Hold, amount: int) -> list[Draw]:
    """What a capture takes of the held lots, those that end first before the others."""

    def ending(part: HoldPart) -> tuple[bool, float, int]:
        ends = purse.lots[part.lot_id].expires_at
        return (ends is None, ends.timestamp() if ends else 0.0, part.lot_id)

    draws: list[Draw] = []
    for part in sorted(kept.parts.all(), key=ending):
        taken = min(part.amount, amount - sum(drawn.amount for drawn in draws))
        if taken:
            draws.append(Draw(lot_id=part.lot_id, amount=taken))
    return draws


def _open_hold(hold_id: int) -> Hold:
    kept = Hold.objects.prefetch_related("parts").get(pk=hold_id)
    if kept.state != HoldState.OPEN:
        raise HoldClosedError(f"This hold is already {HoldState(kept.state).label.lower()}.")
    return kept


def _replayed_hold(key: str, asked: str) -> Hold | None:
    held = Hold.objects.filter(key=key).first()
    if held is not None and held.fingerprint != asked:
        raise KeyReusedError(key)
    return held


def _write_hold(held: Hold) -> Hold:
    try:
        with transaction.atomic():
            held.save(force_insert=True)
    except IntegrityError as error:
        if Hold.objects.filter(key=held.key).exists():
            raise KeyReusedError(held.key) from error
        raise
    return held
