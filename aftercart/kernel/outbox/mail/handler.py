"""The handler of effects that are mails: composed one by one, handed over in windows on a kept connection."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

from aftercart.kernel import clock
from aftercart.kernel.outbox.effects import Intent, register
from aftercart.kernel.outbox.mail.compose import ascii_address, compose
from aftercart.kernel.outbox.mail.email import BadMailError, Email, message_id_for
from aftercart.kernel.outbox.mail.envelope import Envelope
from aftercart.kernel.outbox.mail.transport import current
from aftercart.kernel.outbox.rules import MARKETING, Outcome, Refused, Retry

log = logging.getLogger(__name__)

WINDOW = 10

Write = Callable[[Intent], Email | Outcome]
Writer = Callable[[Sequence[Intent]], Write]


class MailHandler:
    """Sends what ``writer`` writes.

    ``writer`` is called once for a batch, to look up what the mails have in common, and gives the function
    that writes each. A window of ten means: after a crash at most ten mails are in doubt.
    """

    window = WINDOW

    def __init__(self, writer: Writer) -> None:
        self._writer = writer

    def rests(self) -> timedelta:
        return current().rests()

    def prepare(self, intents: Sequence[Intent]) -> Sequence[object]:
        write = self._writer(intents)
        return [_envelope(intent, write) for intent in intents]

    def deliver(self, items: Sequence[Envelope], *, deadline: float) -> Sequence[Outcome]:
        return current().deliver(items, deadline=deadline)


def mails(kind: str) -> Callable[[Writer], Writer]:
    """Register a function that writes the mails of an effect kind; see :class:`MailHandler`."""

    def decorate(writer: Writer) -> Writer:
        register(kind, MailHandler(writer))
        return writer

    return decorate


def _envelope(intent: Intent, write: Write) -> Envelope | Outcome:
    try:
        written = write(intent)
        if isinstance(written, Outcome):
            return written
        if intent.purpose == MARKETING and not written.unsubscribe_url:
            return Refused(reason="marketing mail needs a way to unsubscribe (RFC 8058)")
        return seal(written, key=intent.key)
    except BadMailError as bad:
        return Refused(reason=str(bad))
    except Exception as error:  # a fault in one mail must not hold up the others
        log.exception("mail %s could not be written", intent.key)
        return Retry(reason=f"{type(error).__name__}: {error}")


def seal(email: Email, *, key: str) -> Envelope:
    """The mail composed, under a message id that follows from the effect's key.

    Raises:
        BadMailError: when it cannot be sent as it is.
    """
    named = replace(email, message_id=email.message_id or message_id_for(key, email.sender.domain))
    return Envelope(
        key=key,
        sender=ascii_address(email.sender.email),
        recipient=ascii_address(email.to.email),
        message_id=named.message_id,
        content=compose(named, now=clock.now()),
    )
