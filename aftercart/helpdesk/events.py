"""What happens in conversations with customers."""

from __future__ import annotations

from aftercart.kernel.journal.events import Event, event


class TicketEvent(Event):
    """Something that happened to one ticket."""

    icon = "inbox"

    ticket_id: int
    order_id: int | None
    customer_id: int | None
    channel_id: int

    @property
    def subject(self) -> str:
        return f"ticket:{self.ticket_id}"


@event
class TicketOpened(TicketEvent):
    """A customer began a conversation; ``follows_id`` names the closed one it continues."""

    icon = "inbox"
    label = "Question asked"
    ticket_id: int
    order_id: int | None
    customer_id: int | None
    channel_id: int
    topic: str
    via: str
    follows_id: int | None = None


@event
class MessageReceived(TicketEvent):
    """A customer wrote; ``is_first`` when it opened the ticket."""

    icon = "message-circle"
    tone = "warn"
    ticket_id: int
    order_id: int | None
    customer_id: int | None
    channel_id: int
    message_id: int
    is_first: bool


@event
class TicketAnswered(TicketEvent):
    """A colleague answered; ``waited_s`` is how long the customer had been waiting, in seconds."""

    icon = "reply"
    tone = "success"
    label = "Question answered"
    ticket_id: int
    order_id: int | None
    customer_id: int | None
    channel_id: int
    message_id: int
    is_first: bool
    waited_s: int | None


@event
class TicketNoted(TicketEvent):
    """A colleague wrote an internal note."""

    ticket_id: int
    order_id: int | None
    customer_id: int | None
    channel_id: int
    message_id: int


@event
class TicketAssigned(TicketEvent):
    """A ticket became somebody's to answer, or (``assignee_id`` none) anybody's again."""

    ticket_id: int
    order_id: int | None
    customer_id: int | None
    channel_id: int
    assignee_id: int | None


@event
class TicketClosed(TicketEvent):
    """The conversation was brought to its end."""

    ticket_id: int
    order_id: int | None
    customer_id: int | None
    channel_id: int


@event
class TicketReopened(TicketEvent):
    """A closed conversation went on: the customer wrote again, or a colleague took it up."""

    ticket_id: int
    order_id: int | None
    customer_id: int | None
    channel_id: int
