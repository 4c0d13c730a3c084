"""What of an order may be claimed, when it came, and what money is left: questions to other apps' tables."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db.models import Max, Sum

from aftercart.claims.models import Claim, Outcome, State
from aftercart.claims.rules import Bought
from aftercart.orders.models import Line, Order
from aftercart.tracking.models import Parcel


def bought_lines(order: Order) -> list[Bought]:
    """The order's goods; uses lines that are loaded."""
    return [
        Bought(
            line_id=line.pk,
            quantity=line.quantity,
            sent=claimable(line),
            total_minor=line.total_minor,
            tax_minor=line.tax_minor,
        )
        for line in order.lines.all()
        if line.kind == Line.Kind.PRODUCT
    ]


def claimable(line: Line) -> int:
    """How many pieces of a line left the house and were not refunded."""
    return max(0, min(line.fulfilled_quantity, line.quantity - line.refunded_quantity))


def delivered_at(order: Order, line_ids: Collection[int], parcel: Parcel | None) -> datetime | None:
    """When the pieces came, as carriers said; the last parcel that holds one of them."""
    if parcel is not None:
        return parcel.delivered_at
    holding = Parcel.objects.filter(order=order, lines__line_id__in=line_ids)
    last: datetime | None = holding.aggregate(last=Max("delivered_at"))["last"]
    return last


def left_to_refund(order: Order, *, besides: Claim) -> int:
    """What may still be given back, less what other open claims have been promised; minor units."""
    promised = Claim.objects.filter(order=order, state=State.DECIDED, outcome=Outcome.REFUND)
    promised = promised.exclude(pk=besides.pk)
    return order.refundable_minor - (promised.aggregate(sum=Sum("value_minor"))["sum"] or 0)
