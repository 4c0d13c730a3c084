"""What happens to orders. Amounts are minor units of ``currency``."""

from __future__ import annotations

from aftercart.kernel.journal.events import Event, event
from aftercart.kernel.money import format_minor


class OrderEvent(Event):
    """Something that happened to one order."""

    order_id: int
    customer_id: int | None
    channel_id: int
    number: str

    @property
    def subject(self) -> str:
        return f"order:{self.order_id}"


@event
class OrderPlaced(OrderEvent):
    """A shopper ordered."""

    icon = "shopping-bag"
    tone = "accent"

    order_id: int
    customer_id: int | None
    channel_id: int
    number: str
    currency: str
    total_minor: int

    def detail(self) -> str:
        return format_minor(self.total_minor, self.currency)


@event
class OrderPaid(OrderEvent):
    """Money came in; ``is_full`` when nothing is due any more."""

    icon = "credit-card"
    tone = "success"

    order_id: int
    customer_id: int | None
    channel_id: int
    number: str
    currency: str
    amount_minor: int
    method: str
    is_full: bool

    def detail(self) -> str:
        return f"{format_minor(self.amount_minor, self.currency)} by {self.method}"


@event
class OrderPaymentFailed(OrderEvent):
    """A payment was declined."""

    icon = "credit-card"
    tone = "danger"

    order_id: int
    customer_id: int | None
    channel_id: int
    number: str
    method: str
    reason: str

    def detail(self) -> str:
        return f"{self.method}: {self.reason}"


@event
class OrderFulfilled(OrderEvent):
    """A part of the order (or all of it) was handed over; ``lines`` are (line id, quantity) pairs."""

    icon = "package"

    order_id: int
    customer_id: int | None
    channel_id: int
    number: str
    fulfilment_id: int
    lines: tuple[tuple[int, int], ...]
    is_full: bool

    def detail(self) -> str:
        return "Everything" if self.is_full else "A part"


@event
class OrderCancelled(OrderEvent):
    """The order, or what was still open of it, was cancelled."""

    icon = "ban"
    tone = "danger"

    order_id: int
    customer_id: int | None
    channel_id: int
    number: str
    reason: str
    is_full: bool

    def detail(self) -> str:
        return self.reason


@event
class OrderRefunded(OrderEvent):
    """Money went back; ``is_full`` when all that was paid has been."""

    icon = "undo-2"
    tone = "warn"

    order_id: int
    customer_id: int | None
    channel_id: int
    number: str
    currency: str
    amount_minor: int
    reason: str
    is_full: bool

    def detail(self) -> str:
        return f"{format_minor(self.amount_minor, self.currency)} {self.reason}".strip()


@event
class OrderChanged(OrderEvent):
    """The order's own data changed (by an import or a colleague); ``fields`` names what."""

    icon = "pencil"

    order_id: int
    customer_id: int | None
    channel_id: int
    number: str
    fields: tuple[str, ...]

    def detail(self) -> str:
        return ", ".join(self.fields)


@event
class OrderNoted(OrderEvent):
    """A colleague wrote a note for the team."""

    icon = "message-square"

    order_id: int
    customer_id: int | None
    channel_id: int
    number: str
    note_id: int
