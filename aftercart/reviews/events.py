"""What happens to reviews."""

from __future__ import annotations

from aftercart.kernel.journal.events import Event, event


@event
class ReviewReceived(Event):
    """A buyer scored an order or a product, 1 to 5."""

    icon = "star"
    tone = "accent"

    review_id: int
    order_id: int | None
    customer_id: int | None
    score: int

    @property
    def subject(self) -> str:
        return f"order:{self.order_id}" if self.order_id else f"review:{self.review_id}"

    def detail(self) -> str:
        return f"{self.score} of 5"
