"""The only writers of stock: set aside, free again, sent, counted. Variants without a level are not tracked.

Every action takes the stock rows in the order of their ids, one ``UPDATE`` each, the pieces of a variant
added up before: two baskets with the same things in another order cannot wait for each other in a ring.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.db.models import F

from aftercart.catalog.models import StockLevel, StockMovement, Variant
from aftercart.kernel import clock

Reason = StockMovement.Reason
BY_HAND = (Reason.COUNTED, Reason.RECEIVED, Reason.DAMAGED, Reason.CORRECTED)
MOST = 10**9


class OutOfStock(Exception):
    """There is not enough; ``short`` says what is free, by variant."""

    def __init__(self, short: Mapping[int, int]) -> None:
        super().__init__("There is not enough in stock.")
        self.short = dict(short)


class StockRefused(Exception):
    """An adjustment is not possible. The message says why."""


@transaction.atomic
def reserve(
    *, wanted: Mapping[int, int], reference: str, actor: str, as_many_as_there_are: bool = False
) -> dict[int, int]:
    """Set pieces aside (variant id to quantity) under a reference; gives what was set aside, tracked ones only.

    Raises:
        OutOfStock: when a variant has fewer free than wanted; then nothing at all is set aside. Not with
            ``as_many_as_there_are``, which is for orders that another system has promised already.
    """
    taken: dict[int, int] = {}
    for level in _levels(wanted):
        quantity = wanted[level.variant_id]
        if as_many_as_there_are:
            quantity = max(0, min(quantity, _locked(level).available))
        if quantity and not _move(level, reserved=quantity):
            level.refresh_from_db()
            raise OutOfStock({level.variant_id: level.available})
        taken[level.variant_id] = quantity
        _note(level, Reason.RESERVED, reserved=quantity, reference=reference, actor=actor)
    return taken


@transaction.atomic
def release(*, reference: str, actor: str, wanted: Mapping[int, int] | None = None) -> dict[int, int]:
    """Free what is set aside under a reference: all of it, or at most ``wanted``. Gives what was freed.

    Whoever calls holds the lock of what the reference names (the order's row), so that nothing is freed twice.
    """
    freed: dict[int, int] = {}
    held = StockMovement.objects.reserved_for(reference)
    for level in _levels(held if wanted is None else wanted):
        quantity = held.get(level.variant_id, 0)
        quantity = quantity if wanted is None else min(quantity, wanted[level.variant_id])
        if quantity and _move(level, reserved=-quantity):
            freed[level.variant_id] = quantity
            _note(level, Reason.RELEASED, reserved=-quantity, reference=reference, actor=actor)
    return freed


@transaction.atomic
def commit(*, wanted: Mapping[int, int], reference: str, actor: str) -> None:
    """Pieces left the house: those set aside under the reference first, then free ones.

    What left although the books know of no piece is not booked: a parcel that is gone is not refused, and
    stock below nothing helps nobody. The next count puts it right.
    """
    held = StockMovement.objects.reserved_for(reference)
    for level in _levels(wanted):
        of_held = min(wanted[level.variant_id], held.get(level.variant_id, 0))
        of_free = min(wanted[level.variant_id] - of_held, max(0, _locked(level).available))
        if of_held + of_free and _move(level, on_hand=-(of_held + of_free), reserved=-of_held):
            _note(
                level,
                Reason.SENT,
                on_hand=-(of_held + of_free),
                reserved=-of_held,
                reference=reference,
                actor=actor,
            )


@transaction.atomic
def adjust(
    *, variant_id: int, actor: str, by: int = 0, to: int | None = None, reason: str, note: str = ""
) -> StockLevel:
    """Count anew (``to``) or add and take (``by``); a variant that was not tracked is from now on.

    Raises:
        StockRefused: when fewer than are set aside would be left, or the figure is beyond sense.
    """
    if reason not in BY_HAND:
        raise StockRefused("Say why: counted, received, damaged or corrected.")
    if not Variant.objects.filter(pk=variant_id).exists():
        raise StockRefused("There is no such variant.")
    now = clock.now()
    level = StockLevel.objects.get_or_create(variant_id=variant_id, defaults={"updated_at": now})[0]
    level = _locked(level)
    change = by if to is None else to - level.on_hand
    if not level.reserved <= level.on_hand + change <= MOST:
        raise StockRefused(
            f"{level.on_hand} are on hand and {level.reserved} of them set aside for orders: "
            f"at least that many must stay."
        )
    if change and not _move(level, on_hand=change):
        raise StockRefused("Somebody else changed it at the same moment: try again.")
    _note(level, reason, on_hand=change, note=note[:200], actor=actor)
    level.refresh_from_db()
    return level


def _levels(wanted: Mapping[int, int]) -> list[StockLevel]:
    variants = [variant_id for variant_id, quantity in wanted.items() if quantity > 0]
    return list(StockLevel.objects.filter(variant_id__in=variants).order_by("pk")) if variants else []


def _locked(level: StockLevel) -> StockLevel:
    return StockLevel.objects.select_for_update().get(pk=level.pk)


def _move(level: StockLevel, *, on_hand: int = 0, reserved: int = 0) -> bool:
    """Change a level if it stays sound: reserved within on hand, neither below nothing."""
    sound = StockLevel.objects.filter(
        pk=level.pk, reserved__gte=-reserved, on_hand__gte=F("reserved") + reserved - on_hand
    )
    changed = sound.update(
        on_hand=F("on_hand") + on_hand, reserved=F("reserved") + reserved, updated_at=clock.now()
    )
    return changed == 1


def _note(
    level: StockLevel,
    reason: str,
    *,
    on_hand: int = 0,
    reserved: int = 0,
    reference: str = "",
    note: str = "",
    actor: str,
) -> None:
    if on_hand or reserved or reason == Reason.COUNTED:
        StockMovement.objects.create(
            level=level,
            reason=reason,
            on_hand_change=on_hand,
            reserved_change=reserved,
            reference=reference,
            note=note,
            actor=actor,
            moved_at=clock.now(),
        )
