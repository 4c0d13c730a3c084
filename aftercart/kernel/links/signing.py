"""Links that prove who may follow them: signed, expiring, for one purpose, short enough for a mail.

A token is base64url of ``expiry (4 bytes) | nonce length (1) | nonce | JSON payload | MAC (16)``. The
purpose is not in the token but in the MAC's key, so a link for one purpose is noise for every other.
Whatever is wrong with a token, the answer is the same ``None``.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from aftercart.kernel import clock
from aftercart.kernel.links.digests import digest, matches
from aftercart.kernel.links.models import UsedLink

MAC_BYTES = 16
NONCE_BYTES = 9
HEADER_BYTES = 5
LATEST_EXPIRY = 2**32 - 1
LONGEST_TOKEN = 2000

Payload = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class _Opened:
    payload: Payload
    expires_at: datetime
    is_single_use: bool
    digest: str


def make_link(
    purpose: str,
    payload: Mapping[str, Any],
    *,
    expires_in: timedelta,
    single_use: bool = False,
    now: datetime | None = None,
) -> str:
    """A token of URL-safe characters that carries ``payload`` (small JSON: it is readable, not secret).

    A single-use link can be read any number of times but taken once, see :func:`take_link`.
    """
    expires_at = min(int(((now or clock.now()) + expires_in).timestamp()), LATEST_EXPIRY)
    nonce = secrets.token_bytes(NONCE_BYTES) if single_use else b""
    body = json.dumps(payload, separators=(",", ":"), ensure_ascii=False).encode()
    message = expires_at.to_bytes(4, "big") + bytes([len(nonce)]) + nonce + body
    signed = message + digest(_salt(purpose), message)[:MAC_BYTES]
    return base64.urlsafe_b64encode(signed).rstrip(b"=").decode()


def read_link(purpose: str, token: str, now: datetime) -> Payload | None:
    """The payload, or ``None`` when the token is expired, tampered with, used up or for another purpose.

    Never writes: mail scanners follow links, so a ``GET`` may read and only a ``POST`` may take.
    """
    opened = _open(purpose, token, now)
    if opened is None:
        return None
    if opened.is_single_use and UsedLink.objects.filter(digest=opened.digest).exists():
        return None
    return opened.payload


def take_link(purpose: str, token: str, now: datetime) -> Payload | None:
    """The payload as :func:`read_link` gives it; a single-use link is used up by this.

    Call it on ``POST`` inside the transaction of the change: when the change fails, the link stays
    good, and of two requests at once only one gets the payload.
    """
    opened = _open(purpose, token, now)
    if opened is None:
        return None
    if opened.is_single_use:
        _, is_first = UsedLink.objects.get_or_create(
            digest=opened.digest, defaults={"expires_at": opened.expires_at}
        )
        if not is_first:
            return None
    return opened.payload


def _open(purpose: str, token: str, now: datetime) -> _Opened | None:
    signed = _decode(token)
    if signed is None:
        return None
    message, mac = signed[:-MAC_BYTES], signed[-MAC_BYTES:]
    if not matches(_salt(purpose), message, mac):
        return None
    expires_at = datetime.fromtimestamp(int.from_bytes(message[:4], "big"), tz=UTC)
    if now >= expires_at:
        return None
    nonce_length = message[4]
    return _Opened(
        payload=json.loads(message[HEADER_BYTES + nonce_length :]),
        expires_at=expires_at,
        is_single_use=nonce_length > 0,
        digest=hashlib.sha256(signed).hexdigest(),
    )


def _decode(token: str) -> bytes | None:
    if len(token) > LONGEST_TOKEN:
        return None
    try:
        raw = token.encode("ascii")
        signed = base64.b64decode(raw + b"=" * (-len(raw) % 4), altchars=b"-_", validate=True)
    except (UnicodeEncodeError, binascii.Error):
        return None
    if base64.urlsafe_b64encode(signed).rstrip(b"=") != raw:
        return None  # another spelling of the same bytes would be a second, unused link
    return signed if len(signed) >= HEADER_BYTES + MAC_BYTES else None


def _salt(purpose: str) -> str:
    return f"aftercart.link:{purpose}"
