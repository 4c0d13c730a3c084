"""An account under its lock, with its open lots: the place where balance and lots change together.

The invariant kept here: ``balance == sum(lot.remaining) - debt`` with ``debt >= 0``, and debt is paid
from free lots by every posting on the account, so it only stays when nothing free is left.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from aftercart.kernel.ledger.models import (
    Account,
    Hold,
    HoldState,
    Lot,
    LotEntry,
    LotKind,
    LotRole,
    Posting,
)
from aftercart.kernel.ledger.rules import Draw, Only, Part, burn_order, draw, spend_order


@dataclass(frozen=True, kw_only=True)
class NewLot:
    """A lot to be made by a posting."""

    amount: int
    kind: str = LotKind.PRINCIPAL
    activates_at: datetime | None = None
    expires_at: datetime | None = None


class Purse:
    """A locked account. Make it with :func:`open_purse`, inside the transaction of the change."""

    def __init__(self, account: Account, lots: Iterable[Lot], now: datetime) -> None:
        self.account = account
        self.lots = {lot.pk: lot for lot in lots}
        self.now = now

    @property
    def balance(self) -> int:
        return self.account.balance or 0

    @property
    def debt(self) -> int:
        """How far the account is below what its lots hold."""
        return sum(lot.remaining for lot in self.lots.values()) - self.balance

    @property
    def free(self) -> int:
        """What neither a hold keeps nor a debt needs; below zero when that is more than there is."""
        return self.balance - sum(lot.held for lot in self.lots.values())

    def parts(self) -> list[Part]:
        """What is free in each lot."""
        return [_part(lot) for lot in self.lots.values()]

    def spendable(self, *, promotional_first: bool = False, only: Only = Only.ANY) -> tuple[list[Part], int]:
        """The lots to take in order, and how much may be taken of them once debt is paid."""
        ordered = spend_order(self.parts(), now=self.now, promotional_first=promotional_first, only=only)
        return ordered, max(0, min(sum(part.free for part in ordered), self.free))

    def load(self, lot_ids: Iterable[int]) -> None:
        """Bring lots in that are used up, to put something back into them."""
        missing = [lot_id for lot_id in lot_ids if lot_id not in self.lots]
        self.lots.update({lot.pk: lot for lot in Lot.objects.filter(pk__in=missing)})

    def record(
        self,
        posting: Posting,
        delta: int,
        *,
        draws: Iterable[Draw] = (),
        returns: Iterable[Draw] = (),
        new_lots: Iterable[NewLot] = (),
    ) -> None:
        """Change balance and lots as the posting says, settle debt, and write the lot entries."""
        self.account.balance = self.balance + delta
        moved: dict[int, int] = {}
        for given in new_lots:
            self._make_lot(posting, given)
        for part in draws:
            moved[part.lot_id] = moved.get(part.lot_id, 0) - part.amount
        for part in returns:
            moved[part.lot_id] = moved.get(part.lot_id, 0) + part.amount
        self._move(posting, moved, LotRole.MOVED)
        settled = draw(burn_order(self.parts()), max(0, self.debt))
        self._move(posting, {part.lot_id: -part.amount for part in settled}, LotRole.SETTLED)
        self.account.save(update_fields=["balance"])

    def keep(self, held: Mapping[int, int]) -> None:
        """Set amounts of lots aside (or, negative, free them again)."""
        self.load(held)
        for lot_id, amount in held.items():
            self.lots[lot_id].held += amount
        Lot.objects.bulk_update([self.lots[lot_id] for lot_id in held], ["held"])

    def close(self, held: Hold, state: HoldState, *, actor: str, posting: Posting | None = None) -> None:
        """End a hold: what it kept is free again, for its capture to take or for anyone."""
        self.keep({part.lot_id: -part.amount for part in held.parts.all()})
        held.state, held.posting = state, posting
        held.closed_at, held.closed_by = self.now, actor
        held.save(update_fields=["state", "posting", "closed_at", "closed_by"])

    def _move(self, posting: Posting, moved: Mapping[int, int], role: LotRole) -> None:
        changes = {lot_id: amount for lot_id, amount in moved.items() if amount}
        if not changes:
            return
        self.load(changes)
        for lot_id, amount in changes.items():
            self.lots[lot_id].remaining += amount
        Lot.objects.bulk_update([self.lots[lot_id] for lot_id in changes], ["remaining"])
        LotEntry.objects.bulk_create(
            LotEntry(posting=posting, lot_id=lot_id, amount=amount, role=role)
            for lot_id, amount in changes.items()
        )

    def _make_lot(self, posting: Posting, given: NewLot) -> None:
        lot = Lot.objects.create(
            account=self.account,
            posting=posting,
            kind=given.kind,
            amount=given.amount,
            remaining=given.amount,
            activates_at=given.activates_at,
            expires_at=given.expires_at,
        )
        LotEntry.objects.create(posting=posting, lot=lot, amount=given.amount)
        self.lots[lot.pk] = lot


def open_purse(account_id: int, now: datetime) -> Purse:
    """Lock the account until the transaction ends, and end its overdue holds."""
    account = Account.objects.select_for_update().get(pk=account_id)
    purse = Purse(account, Lot.objects.filter(account_id=account_id, remaining__gt=0), now)
    for held in Hold.objects.filter(account_id=account_id).overdue(now).prefetch_related("parts"):
        purse.close(held, HoldState.EXPIRED, actor="system")
    return purse


def _part(lot: Lot) -> Part:
    return Part(
        lot_id=lot.pk,
        free=lot.free,
        is_promotional=lot.kind == LotKind.PROMOTIONAL,
        activates_at=lot.activates_at,
        expires_at=lot.expires_at,
    )
