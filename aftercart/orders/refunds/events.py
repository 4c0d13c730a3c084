"""What happens to refunds that colleagues ask for. Amounts are minor units of ``currency``."""

from __future__ import annotations

from aftercart.kernel.journal.events import Event, event
from aftercart.kernel.money import format_minor
from aftercart.orders.events import OrderEvent


@event
class RefundAsked(OrderEvent):
    """A colleague asked for a refund that they may not give alone."""

    icon = "undo-2"
    tone = "warn"

    order_id: int
    customer_id: int | None
    channel_id: int
    number: str
    request_id: int
    currency: str
    amount_minor: int
    reason: str

    def detail(self) -> str:
        return format_minor(self.amount_minor, self.currency)


@event
class RefundDecided(OrderEvent):
    """Somebody approved or refused a refund that waited."""

    icon = "undo-2"

    order_id: int
    customer_id: int | None
    channel_id: int
    number: str
    request_id: int
    currency: str
    amount_minor: int
    is_approved: bool

    def detail(self) -> str:
        decided = "approved" if self.is_approved else "refused"
        return f"{format_minor(self.amount_minor, self.currency)} {decided}"


@event
class RefundLimitSet(Event):
    """What a role may give back alone in a channel; ``None`` is without limit."""

    icon = "sliders-horizontal"

    channel_id: int
    role: str
    per_refund_minor: int | None
    per_day_minor: int | None

    @property
    def subject(self) -> str:
        return f"channel:{self.channel_id}"
