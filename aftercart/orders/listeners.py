"""What orders do when something happens: confirm at once, record what providers did, note other news."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta

from aftercart.kernel import clock
from aftercart.kernel.journal.listening import Recorded, on
from aftercart.messaging.actions import note
from aftercart.orders.actions.confirm import confirm_order
from aftercart.orders.actions.invoice import (
    credit_cancellation,
    is_automatic,
    issue_credit_note,
    issue_invoice,
)
from aftercart.orders.actions.pay import record_payment_failure
from aftercart.orders.actions.settle import take_payment, take_refund, take_refund_failure
from aftercart.orders.events import (
    OrderCancelled,
    OrderChanged,
    OrderPaid,
    OrderPaymentFailed,
    OrderPlaced,
    OrderRefunded,
)
from aftercart.orders.models import Order, Refund
from aftercart.orders.news import KINDS, TOPIC, WORDS
from aftercart.orders.rules import Refused
from aftercart.payments.events import (
    PaymentCaptured,
    PaymentFailed,
    PaymentRefunded,
    PaymentRefundFailed,
)

CONFIRMS_LATE = timedelta(days=7)
MAY_PAY_AGAIN = timedelta(minutes=15)


@on(OrderPlaced)
def confirm_placed_order(recorded: Recorded[OrderPlaced]) -> None:
    """Confirm an order as soon as it is placed, paid or with how to pay; not one told of long after."""
    _confirm_if_recent(recorded.event.order_id, clock.now())


@on(OrderPaid)
def confirm_paid_order(recorded: Recorded[OrderPaid]) -> None:
    """Confirm an order whose first payment was declined when a later one came; never an imported one."""
    _confirm_if_recent(recorded.event.order_id, clock.now())


def _confirm_if_recent(order_id: int, now: datetime) -> None:
    """A store that brings its old orders over the interface must not write to everybody who ever bought."""
    recent = Order.objects.filter(import_id__isnull=True, placed_at__gte=now - CONFIRMS_LATE)
    if recent.filter(pk=order_id).exists():
        confirm_order(order_id=order_id, actor="system")


@on(PaymentCaptured)
def record_captured_payment(recorded: Recorded[PaymentCaptured]) -> None:
    """Money came through a provider."""
    order_id = _order_of(recorded.event.about)
    if order_id is not None:
        take_payment(order_id=order_id, charge_id=recorded.event.charge_id)


@on(PaymentFailed)
def record_failed_payment(recorded: Recorded[PaymentFailed]) -> None:
    """A payment was declined."""
    event, order_id = recorded.event, _order_of(recorded.event.about)
    if order_id is not None:
        record_payment_failure(
            order_id=order_id, method=event.method, reason=event.reason or event.code, actor=recorded.actor
        )


@on(PaymentRefunded)
def record_provider_refund(recorded: Recorded[PaymentRefunded]) -> None:
    """Money went back through a provider."""
    order_id = _order_of(recorded.event.about)
    if order_id is not None:
        take_refund(order_id=order_id, refund_id=recorded.event.refund_id)


@on(PaymentRefundFailed)
def record_refund_failure(recorded: Recorded[PaymentRefundFailed]) -> None:
    """Money did not go back."""
    order_id = _order_of(recorded.event.about)
    if order_id is not None:
        take_refund_failure(order_id=order_id, refund_id=recorded.event.refund_id)


def _order_of(about: str) -> int | None:
    """The order that a charge pays, when it pays one that is still there."""
    kind, _, number = about.partition(":")
    if kind != "order" or not number.isdecimal():
        return None
    return Order.objects.filter(pk=int(number)).values_list("pk", flat=True).first()


@on(OrderPaymentFailed)
def note_failed_payment(recorded: Recorded[OrderPaymentFailed]) -> None:
    """Most pay again at once: wait for that. One message a day, however often a card is declined."""
    event = recorded.event
    note(
        topic=TOPIC,
        about=event.subject,
        kind="order_payment_failed",
        key=f"payment-failed:{event.order_id}:{recorded.occurred_at.date()}",
        facts={"order_id": event.order_id},
        happened_at=recorded.occurred_at,
        wait=MAY_PAY_AGAIN,
    )


@on(OrderCancelled)
def note_cancellation(recorded: Recorded[OrderCancelled]) -> None:
    """The shopper hears that the order, or its rest, will not come."""
    event = recorded.event
    note(
        topic=TOPIC,
        about=event.subject,
        kind="order_cancelled",
        key=f"cancelled:{event.order_id}:{'all' if event.is_full else recorded.entry_id}",
        facts={"order_id": event.order_id},
        happened_at=recorded.occurred_at,
    )


@on(OrderChanged)
def note_change(recorded: Recorded[OrderChanged]) -> None:
    """The shopper hears of changes they care about; an outside store that changes its order writes itself."""
    event = recorded.event
    if event.kind == "cancel" or recorded.actor.startswith(("import:", "token:")):
        return
    changes = list(dict.fromkeys(WORDS[field] for field in event.fields if field in WORDS))
    if event.change_id is not None and not changes:
        changes = [KINDS.get(event.kind, "details")]
    if not changes:
        return
    note(
        topic=TOPIC,
        about=event.subject,
        kind="order_changed",
        key=f"changed:{event.order_id}:{recorded.entry_id}",
        facts={"order_id": event.order_id, "changes": changes},
        happened_at=recorded.occurred_at,
    )


@on(OrderRefunded)
def note_refund(recorded: Recorded[OrderRefunded]) -> None:
    """The shopper hears that money is on its way."""
    event = recorded.event
    note(
        topic=TOPIC,
        about=event.subject,
        kind="order_refunded",
        key=f"refunded:{event.order_id}:{recorded.entry_id}",
        facts={"order_id": event.order_id, "amount_minor": event.amount_minor},
        happened_at=recorded.occurred_at,
    )


@on(OrderPaid)
def invoice_paid_order(recorded: Recorded[OrderPaid]) -> None:
    """Where the channel wants it: the invoice as soon as nothing is due any more."""
    event = recorded.event
    if not event.is_full or not is_automatic(event.channel_id):
        return
    with suppress(Refused):  # cancelled meanwhile: nothing is to be invoiced
        issue_invoice(order_id=event.order_id, actor="system")


@on(OrderRefunded)
def credit_refunds(recorded: Recorded[OrderRefunded]) -> None:
    """An invoiced order's refunds each get their credit note."""
    without = Refund.objects.filter(order_id=recorded.event.order_id, credit_note__isnull=True)
    for refund_id in without.order_by("pk").values_list("pk", flat=True):
        issue_credit_note(refund_id=refund_id, actor="system")


@on(OrderCancelled)
def credit_cancelled_order(recorded: Recorded[OrderCancelled]) -> None:
    """An invoice over an order that was cancelled unpaid is taken back."""
    credit_cancellation(order_id=recorded.event.order_id, actor="system")
