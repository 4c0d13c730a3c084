"""What happens to orders. Amounts are minor units of ``currency``."""

from __future__ import annotations

from datetime import datetime

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
    """The order's own data changed; ``fields`` names what.

    With a ``change_id`` somebody asked for it (see ``orders.models.Change``): ``kind`` is what, the amounts
    what the order cost before and costs now, and what was given back at once. Without, an import did it.
    """

    icon = "pencil"

    order_id: int
    customer_id: int | None
    channel_id: int
    number: str
    fields: tuple[str, ...]
    change_id: int | None = None
    kind: str = ""
    currency: str = ""
    total_before_minor: int = 0
    total_after_minor: int = 0
    difference_minor: int = 0
    given_back_minor: int = 0

    def detail(self) -> str:
        what = self.kind or ", ".join(self.fields)
        if not self.difference_minor:
            return what
        sign = "+" if self.difference_minor > 0 else "−"
        return f"{what}, {sign}{format_minor(abs(self.difference_minor), self.currency)}"


class ChangeEvent(OrderEvent):
    """Something that happened to a change that was asked for; ``kind`` is which."""

    change_id: int
    kind: str

    def detail(self) -> str:
        return self.kind


@event
class ChangeRequested(ChangeEvent):
    """A change waits for a colleague's decision."""

    icon = "pencil"
    tone = "warn"

    order_id: int
    customer_id: int | None
    channel_id: int
    number: str
    change_id: int
    kind: str


@event
class ChangeAwaitsPayment(ChangeEvent):
    """A change is done once ``amount_minor`` is paid; ``pay_by`` is the last moment."""

    icon = "credit-card"

    order_id: int
    customer_id: int | None
    channel_id: int
    number: str
    change_id: int
    kind: str
    currency: str
    amount_minor: int
    pay_by: datetime

    def detail(self) -> str:
        return f"{self.kind}, {format_minor(self.amount_minor, self.currency)}"


@event
class ChangeRefused(ChangeEvent):
    """A change will not be done: a colleague says why, or it became impossible (``by`` staff or system)."""

    icon = "ban"
    tone = "warn"

    order_id: int
    customer_id: int | None
    channel_id: int
    number: str
    change_id: int
    kind: str
    by: str


@event
class ChangeEnded(ChangeEvent):
    """A change came to nothing; ``how`` is ``withdrawn`` or ``expired``."""

    icon = "ban"

    order_id: int
    customer_id: int | None
    channel_id: int
    number: str
    change_id: int
    kind: str
    how: str

    def detail(self) -> str:
        return f"{self.kind}, {self.how}"


@event
class OrderHeld(OrderEvent):
    """A colleague holds the order back."""

    icon = "lock"
    tone = "warn"

    order_id: int
    customer_id: int | None
    channel_id: int
    number: str
    reason: str

    def detail(self) -> str:
        return self.reason


@event
class OrderReleased(OrderEvent):
    """A colleague let the order go before its change window was over, or ended a hold."""

    icon = "package"

    order_id: int
    customer_id: int | None
    channel_id: int
    number: str
    reason: str

    def detail(self) -> str:
        return self.reason


@event
class OrderNoted(OrderEvent):
    """A colleague wrote a note for the team."""

    icon = "message-square"

    order_id: int
    customer_id: int | None
    channel_id: int
    number: str
    note_id: int


@event
class OrderPaymentRequested(OrderEvent):
    """The shopper is asked to pay an amount more, after a change."""

    icon = "credit-card"
    tone = "warn"

    order_id: int
    customer_id: int | None
    channel_id: int
    number: str
    currency: str
    amount_minor: int

    def detail(self) -> str:
        return format_minor(self.amount_minor, self.currency)


@event
class OrderRefundFailed(OrderEvent):
    """Money that was to go back did not; its amount can be refunded again."""

    icon = "triangle-alert"
    tone = "danger"

    order_id: int
    customer_id: int | None
    channel_id: int
    number: str
    currency: str
    amount_minor: int
    reason: str

    def detail(self) -> str:
        return f"{format_minor(self.amount_minor, self.currency)} {self.reason}".strip()


@event
class InvoiceIssued(OrderEvent):
    """An invoice or a credit note was written; ``total_minor`` is negative for a credit note."""

    icon = "file-text"

    order_id: int
    customer_id: int | None
    channel_id: int
    number: str
    invoice_id: int
    invoice_number: str
    kind: str
    currency: str
    total_minor: int

    def detail(self) -> str:
        return f"{self.invoice_number}, {format_minor(self.total_minor, self.currency)}"


@event
class OrderTagged(OrderEvent):
    """A colleague put a tag on the order, or took it off."""

    icon = "bookmark"

    order_id: int
    customer_id: int | None
    channel_id: int
    number: str
    tag: str
    is_on: bool

    def detail(self) -> str:
        return self.tag if self.is_on else f"{self.tag} taken off"
