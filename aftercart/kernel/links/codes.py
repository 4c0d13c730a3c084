"""6-digit codes for people without a link: short-lived, few tries, one open per recipient and purpose."""

from __future__ import annotations

import hmac
import secrets
from datetime import datetime, timedelta

from django.db.models import F

from aftercart.kernel.links.digests import digest
from aftercart.kernel.links.models import Code

LIFETIME = timedelta(minutes=10)
TRIES = 5
DIGITS = 6


def make_code(purpose: str, recipient: str, now: datetime) -> str:
    """A new code for the recipient (an e-mail or phone number, in any case); it replaces an open one.

    Limit how often a recipient and a visitor may ask for one (``limits.allow``): each new code brings
    five new tries.
    """
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
    key = _recipient_digest(purpose, recipient)
    Code.objects.update_or_create(
        recipient_digest=key,
        defaults={"code_digest": _code_digest(key, code), "tries": 0, "expires_at": now + LIFETIME},
    )
    return code


def take_code(purpose: str, recipient: str, code: str, now: datetime) -> bool:
    """Whether this is the recipient's open code; a right answer uses it up, a wrong one costs a try.

    Call it outside of a transaction that may be rolled back, or the try would be given back. Spaces
    and hyphens that people type are ignored.
    """
    key = _recipient_digest(purpose, recipient)
    open_codes = Code.objects.filter(recipient_digest=key, expires_at__gt=now)
    if not open_codes.filter(tries__lt=TRIES).update(tries=F("tries") + 1):
        return False
    expected = _code_digest(key, code.replace(" ", "").replace("-", ""))
    stored = open_codes.values_list("code_digest", flat=True).first() or ""
    if not hmac.compare_digest(stored, expected):
        return False
    deleted, _ = open_codes.filter(code_digest=expected).delete()
    return deleted == 1


def _recipient_digest(purpose: str, recipient: str) -> str:
    return digest(f"aftercart.code:{purpose}", recipient.strip().casefold().encode()).hex()


def _code_digest(key: str, code: str) -> str:
    return digest("aftercart.code", f"{key}:{code}".encode()).hex()
