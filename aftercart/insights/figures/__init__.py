"""Every figure, one module per family: importing this package declares them all."""

from aftercart.insights.figures import customers, delivery, orders, parcels, questions, retention

__all__ = ["customers", "delivery", "orders", "parcels", "questions", "retention"]
