"""For tests of apps that send messages: deliver now, and read what was delivered."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from django.conf import settings

from aftercart.kernel.outbox.drain import drain
from aftercart.kernel.outbox.mail import memory
from aftercart.messaging.actions import tell
from aftercart.messaging.models import Notice


def deliver_messages() -> list[EmailMessage]:
    """Send everything that is due into memory; the mails, parsed, in the order they left."""
    assert settings.MAIL.transport == "memory", "tests send into memory"
    before = len(memory.delivered)
    while drain(owner="test"):
        pass
    return [
        message_from_bytes(envelope.content, policy=policy.default) for envelope in memory.delivered[before:]
    ]


def part(mail: EmailMessage, subtype: str) -> str:
    """The text of a mail's ``plain`` or ``html`` part."""
    body = mail.get_body((subtype,))
    assert body is not None
    content: Any = body.get_content()
    return str(content).replace("\r\n", "\n")


def tell_now() -> int:
    """Tell every fact that waits, without its minutes of waiting; how many were settled."""
    waiting = Notice.objects.filter(state=Notice.State.WAITING).order_by("topic", "about")
    things = waiting.values_list("topic", "about").distinct()
    return sum(tell(topic=topic, about=about) for topic, about in list(things))
