"""What orders are made of, a file per thing."""

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

__all__ = [
    "Fulfilment",
    "FulfilmentLine",
    "FulfilmentState",
    "Line",
    "Note",
    "Order",
    "OrderQuerySet",
    "Payment",
    "PaymentState",
    "Refund",
    "State",
]
