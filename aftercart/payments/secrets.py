"""Keys to providers, encrypted at rest under the shop's secret key."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
from collections.abc import Mapping

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


class SecretsLost(Exception):
    """The shop's secret key has changed since they were kept; they must be entered anew."""


def seal(secrets: Mapping[str, str]) -> str:
    """Secrets as a text that only this shop reads; empty for none."""
    kept = {name: value for name, value in secrets.items() if value}
    return _box().encrypt(json.dumps(kept).encode()).decode() if kept else ""


def unseal(sealed: str) -> dict[str, str]:
    """The secrets again.

    Raises:
        SecretsLost: when no secret key of the shop opens them.
    """
    if not sealed:
        return {}
    try:
        opened: dict[str, str] = json.loads(_box().decrypt(sealed.encode()))
    except InvalidToken as error:
        raise SecretsLost(
            "The keys were kept under another AFTERCART_SECRET_KEY: enter them anew."
        ) from error
    return opened


def from_environment(provider: str, channel: str, names: tuple[str, ...]) -> dict[str, str]:
    """Secrets the environment holds: ``AFTERCART_STRIPE_SECRET_KEY``, or ``..._MAIN`` for one channel."""
    found = {}
    for name in names:
        variable = _variable("AFTERCART", provider, name)
        value = os.environ.get(_variable(variable, channel)) or os.environ.get(variable)
        if value:
            found[name] = value
    return found


def _variable(*parts: str) -> str:
    return re.sub(r"\W", "_", "_".join(parts)).upper()


def _box() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet(
        [
            Fernet(base64.urlsafe_b64encode(hashlib.sha256(f"aftercart.payments:{key}".encode()).digest()))
            for key in keys
        ]
    )
