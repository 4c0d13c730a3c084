"""What happens to products."""

from __future__ import annotations

from aftercart.kernel.journal.events import Event, event


@event
class ProductAdded(Event):
    """A product came into the catalogue."""

    product_id: int

    @property
    def subject(self) -> str:
        return f"product:{self.product_id}"


@event
class ProductChanged(Event):
    """A product's data changed; ``fields`` names what."""

    product_id: int
    fields: tuple[str, ...]

    @property
    def subject(self) -> str:
        return f"product:{self.product_id}"
