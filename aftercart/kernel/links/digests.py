"""Keyed digests under the deployment's secret and its predecessors."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator

from django.conf import settings


def secrets() -> Iterator[str]:
    """The secret that signs now, then those it replaced (``SECRET_KEY_FALLBACKS``)."""
    yield settings.SECRET_KEY
    yield from settings.SECRET_KEY_FALLBACKS


def digest(salt: str, message: bytes, *, secret: str = "") -> bytes:
    """32 bytes of HMAC-SHA256 under a key derived from the secret for ``salt`` alone."""
    key = hashlib.sha256(f"{len(salt)}:{salt}{secret or settings.SECRET_KEY}".encode()).digest()
    return hmac.digest(key, message, "sha256")


def matches(salt: str, message: bytes, expected: bytes) -> bool:
    """Whether ``expected`` begins the digest under any accepted secret, in constant time per secret."""
    found = False
    for secret in secrets():
        found |= hmac.compare_digest(digest(salt, message, secret=secret)[: len(expected)], expected)
    return found
