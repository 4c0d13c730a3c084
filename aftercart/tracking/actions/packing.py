"""Sending what was packed: one fulfilment and its parcels, together or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import transaction

from aftercart.kernel import clock
from aftercart.orders.actions import fulfil_order
from aftercart.orders.models import Fulfilment, Order
from aftercart.orders.rules import Refused
from aftercart.tracking.actions.picking import end_packed
from aftercart.tracking.actions.registering import register_parcel
from aftercart.tracking.bench import labels
from aftercart.tracking.bench.rules import may_send
from aftercart.tracking.models import Label, Parcel


@dataclass(frozen=True, kw_only=True)
class Box:
    """A parcel as it stands on the bench: pieces by line, and what is stuck on it."""

    pieces: dict[int, int]
    carrier: str = ""
    tracking_number: str = ""
    label: tuple[str, bytes] | None = field(default=None, repr=False)
    """The label's ending and bytes, checked by :func:`labels.checked`."""


def pack_order(*, order_id: int, key: str, boxes: Sequence[Box], member_id: int, actor: str) -> list[Parcel]:
    """Record that these parcels leave: one fulfilment, a parcel per box, labels kept, the pick ended.

    The same ``key`` gives the parcels that were made first. A label is written before its row, and taken away
    again when the transaction fails.

    Raises:
        Refused: when the order is cancelled, held, unpaid or somebody else's, or less is open by now than is packed.
    """
    kept: list[str] = []
    try:
        return _pack(order_id=order_id, key=key, boxes=boxes, member_id=member_id, actor=actor, kept=kept)
    except BaseException:
        labels.drop(*kept)
        raise


@transaction.atomic
def _pack(
    *, order_id: int, key: str, boxes: Sequence[Box], member_id: int, actor: str, kept: list[str]
) -> list[Parcel]:
    order = Order.objects.select_for_update().get(pk=order_id)
    known = Fulfilment.objects.filter(key=key, order=order).first()
    if known:
        return list(known.parcels.order_by("pk"))
    may_send(
        state=order.state,
        payment_state=order.payment_state,
        payment_method=order.payment_method,
        asked_minor=order.asked_minor,
    )
    end_packed(order, member_id=member_id, actor=actor)
    sent = fulfil_order(order_id=order_id, key=key, actor=actor, quantities_by_line=_all_pieces(boxes))
    parcels = []
    for number, box in enumerate(boxes, 1):
        parcel = register_parcel(
            order_id=order_id,
            key=f"{key}:{number}",
            actor=actor,
            fulfilment=sent,
            carrier=box.carrier,
            tracking_number=box.tracking_number,
            quantities_by_line=box.pieces,
            shipped_at=sent.fulfilled_at,
        )
        if box.label:
            _keep_label(parcel, box.label, actor=actor, kept=kept)
        parcels.append(parcel)
    return parcels


def _keep_label(parcel: Parcel, label: tuple[str, bytes], *, actor: str, kept: list[str]) -> None:
    name = labels.keep(*label)
    kept.append(name)
    Label.objects.create(parcel=parcel, name=name, size=len(label[1]), actor=actor, created_at=clock.now())


def _all_pieces(boxes: Sequence[Box]) -> dict[int, int]:
    if not boxes or not all(box.pieces for box in boxes):
        raise Refused("Nothing is packed yet: scan or count what goes into the parcel.")
    total: dict[int, int] = {}
    for box in boxes:
        for line_id, pieces in box.pieces.items():
            total[line_id] = total.get(line_id, 0) + pieces
    return total
