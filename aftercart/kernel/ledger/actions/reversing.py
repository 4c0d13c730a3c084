"""Taking a posting back, whole or in part, from what was stored and not from today's rules."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from fractions import Fraction

from django.db import transaction
from django.db.models import QuerySet, Sum

from aftercart.kernel import clock
from aftercart.kernel.ledger.actions.accounts import house_account
from aftercart.kernel.ledger.actions.posting import Movement, fingerprint, replayed, write_posting
from aftercart.kernel.ledger.actions.purse import NewLot, Purse, open_purse
from aftercart.kernel.ledger.errors import NotReversibleError, OverdrawnError
from aftercart.kernel.ledger.models import (
    AccountKind,
    Entry,
    Lot,
    LotEntry,
    LotRole,
    Posting,
    PostingKind,
)
from aftercart.kernel.ledger.rules import Draw, draw, take_back_order
from aftercart.kernel.money import split

GIVEN = frozenset({PostingKind.GRANT})
TAKEN = frozenset({PostingKind.SPEND, PostingKind.CAPTURE})


@transaction.atomic
def reverse(
    *,
    posting: Posting,
    key: str,
    actor: str,
    amount: int | None = None,
    up_to: Fraction | None = None,
    reason: str = "",
    source: str = "",
    now: datetime | None = None,
) -> Posting:
    """Take a grant back, or give a spending back into the lots it came from, with their first expiry.

    ``amount`` is what to reverse now; ``up_to`` the share of the posting that shall be reversed in all
    (three tenths of the order refunded so far), so that parts never round away from the whole. Neither
    means all that is left. A reversal of nothing, by rounding, is a posting without entries.

    What a grant gave may be spent already: then other lots give it, and an account that allows it goes
    negative. What of it expired stays with the house.

    Raises:
        NotReversibleError: when the posting is of another kind, or less of it is left.
        OverdrawnError: when it was spent, and the account may not go negative.
        KeyReusedError: when the key stands for another movement. A replay gives the first posting.
    """
    if amount is not None and up_to is not None:
        raise ValueError("say how much or up to which share, not both")
    if posting.kind not in GIVEN | TAKEN:
        raise NotReversibleError(f"A posting of kind {posting.kind!r} cannot be reversed.")
    now = now or clock.now()
    asked = fingerprint(PostingKind.REVERSAL, posting.pk, amount, up_to)
    entry = posting.entries.select_related("account").get(account__kind=AccountKind.HOLDER)
    purse = open_purse(entry.account_id, now)
    if done := replayed(key, asked):
        return done
    size = _size(abs(entry.amount), _reversed_so_far(posting), amount, up_to)
    movement = Movement(
        kind=PostingKind.REVERSAL,
        key=key,
        fingerprint=asked,
        actor=actor,
        reason=reason,
        source=source or posting.source,
        reverses=posting,
        now=now,
    )
    turn = _take_back if posting.kind in GIVEN else _give_back
    return turn(movement, posting, purse, size)


def _size(total: int, already: int, amount: int | None, up_to: Fraction | None) -> int:
    left = total - already
    if up_to is not None:
        return max(0, min(left, round(total * up_to) - already))
    size = left if amount is None else amount
    if size > left or size <= 0:
        raise NotReversibleError(f"Only {left} of this posting is left to reverse.")
    return size


def _reversed_so_far(posting: Posting) -> int:
    """The house's side tells it whole: what expired goes from breakage, not from the holder."""
    house = AccountKind.ISSUED if posting.kind in GIVEN else AccountKind.REDEEMED
    return abs(_sum(Entry.objects.filter(posting__reverses=posting, account__kind=house)))


def _take_back(movement: Movement, posting: Posting, purse: Purse, size: int) -> Posting:
    book_id = posting.book_id
    own = frozenset(posting.lots.values_list("pk", flat=True))
    own_free = sum(part.free for part in purse.parts() if part.lot_id in own)
    expired = min(max(0, size - own_free), _expired_left(posting, own))
    taken = size - expired
    if taken > purse.free and not purse.account.allows_negative:
        raise OverdrawnError(asked=taken, available=max(0, purse.free))
    lines = {
        house_account(book_id, AccountKind.ISSUED): size,
        house_account(book_id, AccountKind.BREAKAGE): -expired,
        purse.account: -taken,
    }
    written = write_posting(movement, book_id=book_id, lines=lines)
    ordered = take_back_order(purse.parts(), now=movement.now, first=own)
    purse.record(written, -taken, draws=draw(ordered, taken))
    return written


def _expired_left(posting: Posting, own: Iterable[int]) -> int:
    """What expired of the grant's lots and was not yet set against an earlier reversal."""
    burnt = _sum(LotEntry.objects.filter(lot__in=own, posting__kind=PostingKind.EXPIRY, role=LotRole.MOVED))
    set_off = _sum(Entry.objects.filter(posting__reverses=posting, account__kind=AccountKind.BREAKAGE))
    return -burnt + set_off


def _give_back(movement: Movement, posting: Posting, purse: Purse, size: int) -> Posting:
    lines = {
        house_account(posting.book_id, AccountKind.REDEEMED): -size,
        purse.account: size,
    }
    owed = -_sum(posting.entries.filter(account=purse.account)) - _reversed_so_far(posting)
    written = write_posting(movement, book_id=posting.book_id, lines=lines)
    drawn = _drawn_left(posting)
    back = size * sum(drawn.values()) // owed if owed else 0
    returns = _returns(drawn, back)
    debt = purse.debt
    missing = max(0, size - back - debt)
    new_lots = [NewLot(amount=missing, expires_at=_latest_expiry(purse))] if missing else []
    purse.record(written, size, returns=returns, new_lots=new_lots)
    return written


def _drawn_left(posting: Posting) -> dict[int, int]:
    """What the posting took of each lot and no reversal has put back."""
    moved = LotEntry.objects.filter(role=LotRole.MOVED)
    taken = moved.filter(posting=posting).values_list("lot_id").annotate(Sum("amount"))
    back = dict(moved.filter(posting__reverses=posting).values_list("lot_id").annotate(Sum("amount")))
    return {lot_id: -amount - back.get(lot_id, 0) for lot_id, amount in taken}


def _returns(drawn: dict[int, int], back: int) -> list[Draw]:
    if not back:
        return []
    shares = split(back, list(drawn.values()))
    return [Draw(lot_id=lot_id, amount=share) for lot_id, share in zip(drawn, shares, strict=True)]


def _latest_expiry(purse: Purse) -> datetime | None:
    """When a lot ends that replaces what once paid a debt: with the account's last, or never."""
    lots = Lot.objects.filter(account=purse.account)
    if lots.filter(expires_at__isnull=True).exists():
        return None
    return lots.order_by("-expires_at").values_list("expires_at", flat=True).first()


def _sum(rows: QuerySet[Entry] | QuerySet[LotEntry]) -> int:
    return int(rows.aggregate(total=Sum("amount"))["total"] or 0)
