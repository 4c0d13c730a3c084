"""What happens to guides, and what shoppers say of them."""

from __future__ import annotations

from aftercart.kernel.journal.events import Event, event


@event
class GuideChanged(Event):
    """A colleague changed a guide; ``what`` says in a word: added, saved, published, withdrawn, deleted."""

    label = "Guide changed"
    icon = "pencil"

    guide_id: int
    what: str

    @property
    def subject(self) -> str:
        return f"guide:{self.guide_id}"

    def detail(self) -> str:
        return self.what.capitalize()


class GuideTried(Event):
    """A shopper followed a guide."""

    guide_id: int
    outcome_id: int
    order_id: int | None
    customer_id: int | None
    channel_id: int | None

    @property
    def subject(self) -> str:
        return f"order:{self.order_id}" if self.order_id else f"guide:{self.guide_id}"


@event
class GuideHelped(GuideTried):
    """It worked, the shopper says."""

    label = "Guide helped"
    icon = "circle-check"
    tone = "success"

    guide_id: int
    outcome_id: int
    order_id: int | None
    customer_id: int | None
    channel_id: int | None


@event
class GuideFailed(GuideTried):
    """It did not work; the outcome has the shopper's words, when they wrote any."""

    label = "Guide did not help"
    icon = "circle-alert"
    tone = "warn"

    guide_id: int
    outcome_id: int
    order_id: int | None
    customer_id: int | None
    channel_id: int | None
    has_words: bool
