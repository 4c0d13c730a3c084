"""The keys of the shared cache: digests, because sign-in names its counters by address and e-mail."""

from __future__ import annotations

from aftercart.kernel.links.digests import digest


def cache_key(key: str, prefix: str, version: int) -> str:
    """Django's ``KEY_FUNCTION``: 64 hexadecimal characters that cannot be read back."""
    return digest("aftercart.cache", f"{prefix}:{version}:{key}".encode()).hex()
