"""What orders are made of, a file per thing."""

from aftercart.orders.models.change import OPEN_STATES, Change, ChangePolicy, ChangeState, Kind
from aftercart.orders.models.invoice import Invoice, InvoiceKind, InvoiceSeries, InvoiceSettings
from aftercart.orders.models.order import (
    Fulfilment,
    FulfilmentLine,
    FulfilmentState,
    Line,
    Note,
    Order,
    OrderQuerySet,
    Payment,
    PaymentState,
    Refund,
    State,
)
from aftercart.orders.models.refund_request import RefundLimit, RefundRequest

__all__ = [
    "OPEN_STATES",
    "Change",
    "ChangePolicy",
    "ChangeState",
    "Fulfilment",
    "FulfilmentLine",
    "FulfilmentState",
    "Invoice",
    "InvoiceKind",
    "InvoiceSeries",
    "InvoiceSettings",
    "Kind",
    "Line",
    "Note",
    "Order",
    "OrderQuerySet",
    "Payment",
    "PaymentState",
    "Refund",
    "RefundLimit",
    "RefundRequest",
    "State",
]
