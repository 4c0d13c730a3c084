"""Who a message comes from: the channel's sender, contact, colours and policies, the merchant behind it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from aftercart.kernel.outbox.mail.email import Address, clean_line
from aftercart.messaging.palette import palette
from aftercart.stores.models import Channel, Merchant


@dataclass(frozen=True, kw_only=True)
class Letterhead:
    """A sender, and what the layout shows of it (as template variables)."""

    sender: Address
    reply_to: Address | None
    shop: dict[str, Any]
    theme: dict[str, str]
    return_policy: dict[str, str]

    def variables(self, language: str) -> dict[str, Any]:
        """What every template may use besides its own context: ``shop`` and ``theme``."""
        policy = self.return_policy.get(language) or self.return_policy.get("en") or ""
        return {"shop": {**self.shop, "return_policy": policy}, "theme": self.theme}


def letterheads(channel_ids: Iterable[int | None]) -> dict[int | None, Letterhead]:
    """The letterheads of channels, and under ``None`` the merchant's own; two queries."""
    merchant = Merchant.objects.first() or Merchant(name="")
    wanted = {channel_id for channel_id in channel_ids if channel_id is not None}
    channels = Channel.objects.in_bulk(list(wanted)) if wanted else {}
    found: dict[int | None, Letterhead] = {key: letterhead(merchant, row) for key, row in channels.items()}
    found[None] = letterhead(merchant, None)
    return found


def letterhead(merchant: Merchant, channel: Channel | None) -> Letterhead:
    """What a channel, else the merchant, puts on its letters."""
    named = channel or Channel()
    name = clean_line(named.sender_name or (named.name if channel else "") or merchant.name) or "Shop"
    sender = named.sender_email or merchant.email or f"no-reply@{_own_domain()}"
    contact = named.support_email or merchant.email
    phone = clean_line(named.support_phone or merchant.phone)
    theme = named.theme if isinstance(named.theme, dict) else {}
    policy = named.return_policy if isinstance(named.return_policy, dict) else {}
    return Letterhead(
        sender=Address(email=sender, name=name),
        reply_to=Address(email=contact, name=name) if contact and contact != sender else None,
        shop={
            "name": name,
            "legal_name": clean_line(merchant.legal_name),
            "address": ", ".join(
                clean_line(line) for line in merchant.postal_address.splitlines() if line.strip()
            ),
            "email": contact,
            "email_link": f"mailto:{contact}",
            "phone": phone,
            "phone_link": f"tel:{re.sub(r'[^0-9+]', '', phone)}",
            "hours": clean_line(named.support_hours),
            "website": named.website,
            "logo": str(theme.get("logo") or ""),
        },
        theme=palette(str(theme.get("accent") or "")),
        return_policy={str(key): clean_line(str(text)) for key, text in policy.items()},
    )


def _own_domain() -> str:
    host = urlsplit(settings.BASE_URL).hostname or "localhost"
    return host if any(letter.isalpha() for letter in host) else "localhost"
