"""Signatures of webhooks. Pure: the clock is an argument, comparison takes the same time for every wrong answer."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable
from datetime import datetime

WINDOW = 300


def sign(secret: str, timestamp: int, body: bytes) -> str:
    """Our own: ``v1=`` and the hexadecimal HMAC-SHA256 over ``<timestamp>.<body>``."""
    return "v1=" + hmac.new(secret.encode(), b"%d." % timestamp + body, hashlib.sha256).hexdigest()


def is_ours(*, secrets: Iterable[str], timestamp: str, signature: str, body: bytes, now: datetime) -> bool:
    """Whether one of the secrets signed it within five minutes of ``now``; several secrets let one be exchanged."""
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        return False
    if abs(now.timestamp() - int(timestamp)) > WINDOW:
        return False
    given = signature.strip().encode(errors="replace")
    right = [hmac.compare_digest(sign(one, int(timestamp), body).encode(), given) for one in secrets]
    return any(right)


def is_aftership(*, secrets: Iterable[str], signature: str, body: bytes) -> bool:
    """Whether ``aftership-hmac-sha256`` is the base64 HMAC-SHA256 over the raw body."""
    given = signature.strip().encode(errors="replace")
    digests = [base64.b64encode(hmac.new(one.encode(), body, hashlib.sha256).digest()) for one in secrets]
    right = [hmac.compare_digest(digest, given) for digest in digests]
    return any(right)
