"""The effect the kernel itself can do: ``email``, a mail that is written already.

Payload: ``sender`` and ``to`` as ``{"email", "name"}``, ``subject``, ``text``; optionally ``html``,
``reply_to``, ``unsubscribe_url``, ``is_automatic`` and ``headers``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from aftercart.kernel.outbox.effects import Intent
from aftercart.kernel.outbox.mail.email import Address, Email
from aftercart.kernel.outbox.mail.handler import Write, mails


@mails("email")
def write_plain(_: Sequence[Intent]) -> Write:
    """Mails straight from their payloads."""
    return _write


def _write(intent: Intent) -> Email:
    payload = intent.payload
    return Email(
        sender=_address(payload["sender"]),
        to=_address(payload["to"]),
        subject=payload["subject"],
        text=payload["text"],
        html=payload.get("html", ""),
        reply_to=_address(payload["reply_to"]) if payload.get("reply_to") else None,
        unsubscribe_url=payload.get("unsubscribe_url", ""),
        is_automatic=payload.get("is_automatic", True),
        headers=payload.get("headers", {}),
    )


def _address(value: dict[str, Any]) -> Address:
    return Address(email=value["email"], name=value.get("name", ""))
