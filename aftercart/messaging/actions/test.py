"""A test of a draft, to the colleague who edits it and to nobody else."""

from __future__ import annotations

import secrets

from django.db import transaction

from aftercart.kernel.outbox.enqueue import send
from aftercart.kernel.outbox.mail.email import clean_line
from aftercart.kernel.outbox.models import Effect
from aftercart.messaging.draft import Shown
from aftercart.messaging.letterhead import Letterhead

TEST = "message-test"


@transaction.atomic
def send_test(*, email: str, name: str, head: Letterhead, shown: Shown, actor: str) -> Effect | None:
    """Send what was shown, marked in its subject. It is about nothing, so it burns no key and tells no story."""
    payload = {
        "to": {"email": email, "name": clean_line(name)[:100]},
        "from": {"email": head.sender.email, "name": head.sender.name},
        "subject": f"[Test] {clean_line(shown.subject)}",
        "html": shown.html,
        "text": shown.text + (f"\n[SMS] {shown.sms}\n" if shown.sms else ""),
    }
    key = f"{TEST}:{secrets.token_urlsafe(12)}"
    return send(TEST, payload, key=key, purpose=Effect.Purpose.TRANSACTIONAL, actor=actor)
