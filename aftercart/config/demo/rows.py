"""The rows that came of one plan, as they are gathered."""

from __future__ import annotations

from dataclasses import dataclass, field

from aftercart.config.demo.plan import Plan
from aftercart.orders.models import Fulfilment, Line, Order, Payment, Refund
from aftercart.reviews.models import Review
from aftercart.tracking.models import Parcel, Scan


@dataclass
class Written:
    """A plan and its rows."""

    plan: Plan
    order: Order
    lines: list[Line] = field(default_factory=list)
    payment: Payment | None = None
    refund: Refund | None = None
    fulfilment: Fulfilment | None = None
    parcel: Parcel | None = None
    scans: list[Scan] = field(default_factory=list)
    review: Review | None = None
