"""What happens to messages."""

from __future__ import annotations

from aftercart.kernel.journal.events import Event, event


class MessageEvent(Event):
    """Something that happened to one message; ``about`` names its thing, ``"order:7"``."""

    about: str

    @property
    def subject(self) -> str:
        return self.about


@event
class MessageSent(MessageEvent):
    """A message was taken by the mail server."""

    label = "Message sent"

    effect_id: int
    kind: str
    customer_id: int | None
    channel_id: int | None
    about: str


@event
class MessageNotSent(MessageEvent):
    """A message was given up; ``is_bad_address`` when the mailbox does not exist."""

    label = "Message could not be sent"

    effect_id: int
    kind: str
    customer_id: int | None
    channel_id: int | None
    about: str
    reason: str
    is_bad_address: bool
