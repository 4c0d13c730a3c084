"""A provider that sends nothing: texts are kept and shown on the desk."""

from __future__ import annotations

from aftercart.kernel.outbox.rules import Outcome, Refused, Sent
from aftercart.messaging.actions.text import keep_sandbox_text
from aftercart.messaging.ports import Text

NOBODY = "0000"


class Sandbox:
    """Takes every text once. A number that ends in 0000 does not exist, to try that out."""

    name = "sandbox"

    def send(self, text: Text) -> Outcome:
        """Keep the text."""
        if text.number.endswith(NOBODY):
            return Refused(reason="the number does not exist (sandbox)", is_bad_address=True)
        keep_sandbox_text(text=text)
        return Sent(provider_message_id=f"sandbox:{text.key}"[:250])

    def check(self) -> str:
        """It always answers."""
        return ""
