"""Orders over the API: what is shown (``shown``), what is sent in (``bodies``), the doors (``doors``)."""

from aftercart.orders.api.doors import router

__all__ = ["router"]
