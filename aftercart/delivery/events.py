"""What happens to delivery promises."""

from __future__ import annotations

from datetime import date

from aftercart.kernel.journal.events import Event, event


@event
class ShippingMethodChanged(Event):
    """A way to send was added, changed or taken away; ``fields`` names what (``zones`` for its zones)."""

    method_id: int
    channel_id: int
    key: str
    fields: tuple[str, ...]

    @property
    def subject(self) -> str:
        return f"shipping-method:{self.method_id}"

    def detail(self) -> str:
        return f"{self.key}: {', '.join(self.fields)}"


@event
class DeliveryLearnt(Event):
    """A new table of delivery times is in use."""

    learnt_on: date
    deliveries: int

    def detail(self) -> str:
        return f"from {self.deliveries} deliveries"
