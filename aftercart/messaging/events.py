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
    icon = "mail"

    effect_id: int
    kind: str
    customer_id: int | None
    channel_id: int | None
    about: str
    medium: str = "email"

    def detail(self) -> str:
        return _words(self.kind, self.medium)


@event
class MessageNotSent(MessageEvent):
    """A message was given up; ``is_bad_address`` when the mailbox does not exist."""

    label = "Message could not be sent"
    icon = "mail"
    tone = "warn"

    effect_id: int
    kind: str
    customer_id: int | None
    channel_id: int | None
    about: str
    reason: str
    is_bad_address: bool
    medium: str = "email"

    def detail(self) -> str:
        return f"{_words(self.kind, self.medium)}: {self.reason}"


@event
class MessageNotNeeded(MessageEvent):
    """A message did not leave because what it said was not true any more; no failure."""

    label = "Message not needed any more"
    icon = "mail"

    effect_id: int
    kind: str
    customer_id: int | None
    channel_id: int | None
    about: str
    reason: str
    medium: str = "email"

    def detail(self) -> str:
        return f"{_words(self.kind, self.medium)}: {self.reason}"


@event
class TextDelivered(MessageEvent):
    """The networks say that a text message reached the phone."""

    label = "Text message delivered"
    icon = "mail"

    effect_id: int
    kind: str
    customer_id: int | None
    channel_id: int | None
    about: str

    def detail(self) -> str:
        return _words(self.kind, "sms")


@event
class TextNotDelivered(MessageEvent):
    """The networks could not deliver a text message; ``code`` is the provider's, 0 for none."""

    label = "Text message not delivered"
    icon = "mail"
    tone = "warn"

    effect_id: int
    kind: str
    customer_id: int | None
    channel_id: int | None
    about: str
    code: int
    is_bad_address: bool

    def detail(self) -> str:
        why = f", error {self.code}" if self.code else ""
        return (
            f"{_words(self.kind, 'sms')}{why}{', the number does not exist' if self.is_bad_address else ''}"
        )


@event
class TextHeard(Event):
    """A shopper sent us a text message; ``meaning`` is ``stop``, ``start`` or ``other``. Its words are not told."""

    label = "Text message received"
    icon = "message-circle"

    heard_id: int
    meaning: str
    customer_id: int | None
    channel_id: int | None

    @property
    def subject(self) -> str:
        return f"heard-text:{self.heard_id}"

    def detail(self) -> str:
        words = {"stop": "No more text messages, please", "start": "Text messages again, please"}
        return words.get(self.meaning, "Its words stand beside the customer")


@event
class MessageEdited(Event):
    """A colleague changed the words or the structure of a message."""

    icon = "pencil"

    edition_id: int
    kind: str
    language: str
    number: int
    channel_id: int | None
    note: str

    @property
    def subject(self) -> str:
        return f"message-kind:{self.kind}"

    def detail(self) -> str:
        what = f"words in {self.language}" if self.language else "structure"
        return f"{self.kind.replace('_', ' ')}: {what}, version {self.number} {self.note}".strip()


@event
class MessageSwitched(Event):
    """A colleague switched a message on or off."""

    icon = "settings"

    kind: str
    medium: str
    is_on: bool
    channel_id: int | None

    @property
    def subject(self) -> str:
        return f"message-kind:{self.kind}"

    def detail(self) -> str:
        return f"{_words(self.kind, self.medium)}: {'on' if self.is_on else 'off'}"


def _words(kind: str, medium: str) -> str:
    return f"{kind.replace('_', ' ').capitalize()}{' as a text' if medium == 'sms' else ''}"
