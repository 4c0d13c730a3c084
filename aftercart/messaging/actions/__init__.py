"""The only writers of messages, a file per concern."""

from aftercart.messaging.actions.again import NotAgainError, send_again
from aftercart.messaging.actions.hear import hear_text, report_text
from aftercart.messaging.actions.notices import note, tell
from aftercart.messaging.actions.send import EFFECT, recipient, send_message
from aftercart.messaging.actions.suppress import address_key, forget_suppressions, suppress, unsuppress
from aftercart.messaging.actions.text import TEXT, agreed, forget_replies, forget_sandbox_texts, send_text

__all__ = [
    "EFFECT",
    "TEXT",
    "NotAgainError",
    "address_key",
    "agreed",
    "forget_replies",
    "forget_sandbox_texts",
    "forget_suppressions",
    "hear_text",
    "note",
    "recipient",
    "report_text",
    "send_again",
    "send_message",
    "send_text",
    "suppress",
    "tell",
    "unsuppress",
]
