"""Who hands text messages over, by ``settings.TEXTS``."""

from __future__ import annotations

from django.conf import settings

from aftercart.messaging.ports import TextProvider
from aftercart.messaging.providers.sandbox import Sandbox
from aftercart.messaging.providers.twilio import Twilio

_known: list[tuple[object, TextProvider | None]] = []


def current() -> TextProvider | None:
    """The provider; ``None`` when texts are switched off. Kept as long as the settings stay the same."""
    texts = settings.TEXTS
    if not _known or _known[0][0] is not texts:
        _known[:] = [(texts, _make())]
    return _known[0][1]


def _make() -> TextProvider | None:
    texts = settings.TEXTS
    if texts.provider == "twilio":
        return Twilio(
            account=texts.account,
            token=texts.token,
            url=texts.url,
            sender=texts.sender,
            callback=f"{settings.BASE_URL}/webhooks/twilio/status/",
        )
    return Sandbox() if texts.provider == "sandbox" else None
