"""Signing what goes over a wire: HMAC-SHA-256 over the time and the body, in the header form many providers use."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime, timedelta

TOLERANCE = timedelta(minutes=5)


def sign(body: bytes, *, secret: str, at: datetime) -> str:
    """The header's value: ``t=1700000000,v1=...``."""
    stamp = str(int(at.timestamp()))
    return f"t={stamp},v1={_digest(stamp, body, secret)}"


def is_signed(header: str, body: bytes, *, secret: str, now: datetime) -> bool:
    """Whether the header's signature is the secret's over this body, made less than five minutes from now."""
    parts = [part.partition("=") for part in header.split(",")]
    stamps = [value for name, _, value in parts if name.strip() == "t"]
    given = [value.strip() for name, _, value in parts if name.strip() == "v1"]
    if len(stamps) != 1 or not stamps[0].isdecimal() or len(stamps[0]) > 12:
        return False
    if abs(now.timestamp() - int(stamps[0])) > TOLERANCE.total_seconds():
        return False
    right = _digest(stamps[0], body, secret)
    return any(hmac.compare_digest(right.encode(), one.encode()) for one in given)


def _digest(stamp: str, body: bytes, secret: str) -> str:
    return hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
