"""What happens to customers."""

from __future__ import annotations

from aftercart.kernel.journal.events import Event, event


class CustomerEvent(Event):
    """Something that happened to one customer."""

    customer_id: int

    @property
    def subject(self) -> str:
        return f"customer:{self.customer_id}"


@event
class CustomerAdded(CustomerEvent):
    """A customer became known."""

    icon = "user-plus"

    customer_id: int
    channel_id: int | None = None


@event
class CustomerChanged(CustomerEvent):
    """A customer's own data changed; ``fields`` names what."""

    icon = "user"

    customer_id: int
    fields: tuple[str, ...]

    def detail(self) -> str:
        return ", ".join(self.fields)


@event
class ConsentStated(CustomerEvent):
    """A customer gave or withdrew consent for a purpose."""

    icon = "shield-check"

    customer_id: int
    purpose: str
    is_granted: bool
    via: str

    def detail(self) -> str:
        return f"{self.purpose}: {'given' if self.is_granted else 'withdrawn'}"


class SegmentEvent(Event):
    """Something that happened to one segment."""

    segment_id: int

    @property
    def subject(self) -> str:
        return f"segment:{self.segment_id}"


@event
class SegmentSaved(SegmentEvent):
    """A segment was made, renamed, or got another rule; ``version`` is the rule's."""

    segment_id: int
    called: str
    version: int


@event
class SegmentDeleted(SegmentEvent):
    """A segment was taken away."""

    segment_id: int
    called: str
