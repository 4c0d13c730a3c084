"""What happens to charges. Amounts are minor units of ``currency``; ``about`` names what is paid, ``"order:7"``."""

from __future__ import annotations

from aftercart.kernel.journal.events import Event, event
from aftercart.kernel.money import format_minor


class PaymentEvent(Event):
    """Something that happened to one charge."""

    charge_id: int
    about: str
    customer_id: int | None
    channel_id: int
    provider: str
    method: str
    currency: str
    amount_minor: int

    @property
    def subject(self) -> str:
        return self.about

    def detail(self) -> str:
        return f"{format_minor(self.amount_minor, self.currency)} by {self.method}"


@event
class PaymentStarted(PaymentEvent):
    """Somebody set out to pay."""

    icon = "credit-card"

    charge_id: int
    about: str
    customer_id: int | None
    channel_id: int
    provider: str
    method: str
    currency: str
    amount_minor: int


@event
class PaymentPending(PaymentEvent):
    """The payer did their part; the money is on its way."""

    icon = "clock"

    charge_id: int
    about: str
    customer_id: int | None
    channel_id: int
    provider: str
    method: str
    currency: str
    amount_minor: int


@event
class PaymentAuthorised(PaymentEvent):
    """The money is set aside and can be captured."""

    icon = "credit-card"

    charge_id: int
    about: str
    customer_id: int | None
    channel_id: int
    provider: str
    method: str
    currency: str
    amount_minor: int


@event
class PaymentCaptured(PaymentEvent):
    """Money came: ``amount_minor`` of it now, ``captured_minor`` of the charge in all.

    ``is_late`` when the charge had been called off before.
    """

    icon = "credit-card"
    tone = "success"

    charge_id: int
    about: str
    customer_id: int | None
    channel_id: int
    provider: str
    method: str
    currency: str
    amount_minor: int
    captured_minor: int
    is_late: bool


@event
class PaymentFailed(PaymentEvent):
    """It was declined. ``code`` is one of ``rules.DECLINES``."""

    icon = "credit-card"
    tone = "danger"

    charge_id: int
    about: str
    customer_id: int | None
    channel_id: int
    provider: str
    method: str
    currency: str
    amount_minor: int
    code: str
    reason: str

    def detail(self) -> str:
        return f"{self.method}: {self.reason or self.code}"


@event
class PaymentCancelled(PaymentEvent):
    """The charge was called off, or it waited too long."""

    icon = "ban"

    charge_id: int
    about: str
    customer_id: int | None
    channel_id: int
    provider: str
    method: str
    currency: str
    amount_minor: int


@event
class PaymentRefunded(PaymentEvent):
    """The provider sent money back."""

    icon = "undo-2"
    tone = "warn"

    charge_id: int
    refund_id: int
    about: str
    customer_id: int | None
    channel_id: int
    provider: str
    method: str
    currency: str
    amount_minor: int


@event
class PaymentRefundFailed(PaymentEvent):
    """Money did not go back; the amount is free again. ``was_done`` when it had been said to have gone."""

    icon = "triangle-alert"
    tone = "danger"

    charge_id: int
    refund_id: int
    about: str
    customer_id: int | None
    channel_id: int
    provider: str
    method: str
    currency: str
    amount_minor: int
    reason: str
    was_done: bool

    def detail(self) -> str:
        return f"{format_minor(self.amount_minor, self.currency)}: {self.reason}"


@event
class PaymentAccountChanged(Event):
    """How a channel takes payments by a provider was set up or changed. No secret is told."""

    channel_id: int
    provider: str
    is_enabled: bool

    @property
    def subject(self) -> str:
        return f"channel:{self.channel_id}"

    def detail(self) -> str:
        return f"{self.provider}, {'on' if self.is_enabled else 'off'}"
