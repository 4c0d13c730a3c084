"""Giving money back: through the providers it came by, the newest payment first; the rest as a record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction

from aftercart.orders.actions.lock import lock_order
from aftercart.orders.actions.refund import refund_order
from aftercart.orders.models import Line, Order, Refund
from aftercart.orders.money import BY_HAND, Part, left_to_refund, refunds_in_group, split_of
from aftercart.orders.rules import Refused, may_refund
from aftercart.payments.actions import request_refund
from aftercart.payments.models import Refund as ProviderRefund


@dataclass(frozen=True, kw_only=True)
class GivenBack:
    """Where the money goes."""

    parts: tuple[Part, ...]

    @property
    def is_by_hand(self) -> bool:
        """Whether a person has to move a part of it: paid elsewhere, or by transfer or cash."""
        return any(part.via in {"", *BY_HAND} for part in self.parts)


@transaction.atomic
def give_back(
    *,
    order_id: int,
    amount_minor: int,
    key: str,
    actor: str,
    reason: str = "",
    quantities_by_line: Mapping[int, int] | None = None,
) -> GivenBack:
    """Give back an amount of an order, minor units; the same ``key`` (at most 80 characters) is the same deed.

    What came through a provider goes back through it, by the outbox, and becomes a refund of the order when it
    has; what was paid elsewhere is recorded at once, and somebody has to move that money.
    ``quantities_by_line`` says for which pieces.

    Raises:
        Refused: when it exceeds what is left (what is on its way counts as gone), or a key is used again for
            another amount.
    """
    order = lock_order(order_id)
    group = f"order:{order_id}:{key}"[:120]
    known = _known(order, group)
    if known is not None:
        if sum(part.amount_minor for part in known.parts) != amount_minor:
            raise Refused("This refund key was used for another refund.")
        return known
    may_refund(amount=amount_minor, paid=left_to_refund(order), refunded=0)
    wanted = dict(quantities_by_line or {})
    _check_pieces(order, wanted)
    return GivenBack(
        parts=tuple(
            _ask(
                order,
                part,
                group=group,
                number=number,
                actor=actor,
                reason=reason,
                wanted=wanted if number == 0 else {},
            )
            for number, part in enumerate(split_of(order, amount_minor))
        )
    )


def _ask(
    order: Order, part: Part, *, group: str, number: int, actor: str, reason: str, wanted: dict[int, int]
) -> Part:
    """One part on its way; the pieces go with the first."""
    if part.charge_id is None:
        refund_order(
            order_id=order.pk,
            amount_minor=part.amount_minor,
            key=f"{group}:record",
            actor=actor,
            reason=reason,
            quantities_by_line=wanted,
        )
        return part
    made = request_refund(
        charge_id=part.charge_id,
        amount_minor=part.amount_minor,
        key=f"{group}:{number}",
        actor=actor,
        reason=reason,
        group=group,
        pieces=sorted(wanted.items()),
    )
    return _part_of(made)


def _known(order: Order, group: str) -> GivenBack | None:
    """What this key did before: replays answer the same, however the order stands by now."""
    parts = [_part_of(made) for made in refunds_in_group(group)]
    recorded = Refund.objects.filter(order=order, key=f"{group}:record").first()
    if recorded is not None:
        parts.append(Part(amount_minor=recorded.amount_minor, via="", state="recorded"))
    return GivenBack(parts=tuple(parts)) if parts else None


def _part_of(made: ProviderRefund) -> Part:
    return Part(
        amount_minor=made.amount_minor,
        via=made.provider,
        state=made.state,
        charge_id=made.charge_id,
        refund_id=made.pk,
        method=made.charge.method,
    )


def _check_pieces(order: Order, wanted: dict[int, int]) -> None:
    """Pieces that an earlier refund on its way is for cannot be refunded a second time."""
    on_way = ProviderRefund.objects.filter(charge__about=f"order:{order.pk}", state="pending")
    taken: dict[int, int] = {}
    for pieces in on_way.values_list("pieces", flat=True):
        for line_id, quantity in pieces:
            taken[line_id] = taken.get(line_id, 0) + quantity
    lines = {line.pk: line for line in Line.objects.filter(order=order, pk__in=wanted)}
    for line_id, quantity in wanted.items():
        if line_id not in lines:
            raise Refused("A refunded line is not a line of this order.")
        line = lines[line_id]
        left = line.quantity - line.refunded_quantity - taken.get(line_id, 0)
        if not 1 <= quantity <= left:
            raise Refused(f"{left} of “{line.title}” can still be refunded, not {quantity}.")
