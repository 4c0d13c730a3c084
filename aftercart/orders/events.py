"""What happens to orders. Amounts are minor units of ``currency``."""

from __future__ import annotations

from aftercart.kernel.journal.events import Event, event


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

    order_id: int
    customer_id: int | None
    channel_id: int
    number: str
    currency: str
    total_minor: int


@event
class OrderPaid(OrderEvent):
    """Money came in; ``is_full`` when nothing is due any more."""

    order_id: int
    customer_id: int | None
    channel_id: int
    number: str
    currency: str
    amount_minor: int
    method: str
    is_full: bool


@event
class OrderPaymentFailed(OrderEvent):
    """A payment was declined."""

    order_id: int
    customer_id: int | None
    channel_id: int
    number: str
    method: str
    reason: str


@event
class OrderFulfilled(OrderEvent):
    """A part of the order (or all of it) was handed over; ``lines`` are (line id, quantity) pairs."""

    order_id: int
    customer_id: int | None
    channel_id: int
    number: str
    fulfilment_id: int
    lines: tuple[tuple[int, int], ...]
    is_full: bool


@event
class OrderCancelled(OrderEvent):
    """The order, or what was still open of it, was cancelled."""

    order_id: int
    customer_id: int | None
    channel_id: int
    number: str
    reason: str
    is_full: bool


@event
class OrderRefunded(OrderEvent):
    """Money went back; ``is_full`` when all that was paid has been."""

    order_id: int
    customer_id: int | None
    channel_id: int
    number: str
    currency: str
    amount_minor: int
    reason: str
    is_full: bool


@event
class OrderChanged(OrderEvent):
    """The order's own data changed (by an import or a colleague); ``fields`` names what."""

    order_id: int
    customer_id: int | None
    channel_id: int
    number: str
    fields: tuple[str, ...]


@event
class OrderNoted(OrderEvent):
    """A colleague wrote a note for the team."""

    order_id: int
    customer_id: int | None
    channel_id: int
    number: str
    note_id: int
