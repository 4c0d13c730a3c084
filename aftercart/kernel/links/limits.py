"""Rate limits that hold across processes and machines: one row per key, one atomic statement per knock.

The generic cell rate algorithm: a key may burst up to ``limit``, then one more is let in each
``per / limit``. It needs one integer per key and no clean-up of single hits.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network

from django.db import connection
from django.http import HttpRequest

from aftercart.kernel.links.digests import digest
from aftercart.kernel.links.models import Limit

MICROSECOND = timedelta(microseconds=1)
EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")

PROXIES = tuple(
    ip_network(network)
    for network in (
        "127.0.0.0/8",
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "100.64.0.0/10",
        "::1/128",
        "fc00::/7",
    )
)

# The CASE spells max(): the function has another name on each database.
_KNOCK = """
    INSERT INTO links_limit (digest, arrival) VALUES (%(digest)s, %(now)s + %(step)s)
    ON CONFLICT (digest) DO UPDATE SET arrival = %(step)s
        + CASE WHEN links_limit.arrival > %(now)s THEN links_limit.arrival ELSE %(now)s END
    WHERE links_limit.arrival + %(step)s <= %(now)s + %(per)s
"""


def allow(key: str, limit: int, per: timedelta, now: datetime) -> bool:
    """Whether one more may pass: at most ``limit`` at once, refilled evenly over ``per``.

    Count the visitor and the target apart: ``allow(f"look-up:ip:{visitor(request)}", 30, HOUR, now)`` and
    ``allow(f"look-up:order:{number}", 10, HOUR, now)``. Call it outside of a transaction, or a rollback
    forgets the knock. The key is kept as a keyed digest, never as text.
    """
    if limit < 1 or per <= timedelta(0):
        raise ValueError("a limit needs at least one in a positive time")
    span = per // MICROSECOND
    values: dict[str, str | int] = {
        "digest": digest("aftercart.limit", key.encode()).hex(),
        "now": (now - EPOCH) // MICROSECOND,
        "step": max(1, span // limit),
        "per": span,
    }
    with connection.cursor() as cursor:
        cursor.execute(_KNOCK, values)
        return int(cursor.rowcount) == 1


def reset(key: str) -> None:
    """Forget what was counted for the key, after a right answer for instance."""
    Limit.objects.filter(digest=digest("aftercart.limit", key.encode()).hex()).delete()


def visitor(request: HttpRequest) -> str:
    """The network address a request is counted under: IPv4 whole, IPv6 by its /64.

    Behind a proxy on a private or loopback address, the last ``X-Forwarded-For`` entry, which that
    proxy wrote; from a public address the header is the visitor's own claim and is not read.
    """
    address = str(request.META.get("REMOTE_ADDR", ""))
    forwarded = str(request.META.get("HTTP_X_FORWARDED_FOR", "")).rpartition(",")[2].strip()
    try:
        if forwarded and any(ip_address(address) in network for network in PROXIES):
            address = str(ip_address(forwarded))
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address):
        return parsed.ipv4_mapped.compressed if parsed.ipv4_mapped else f"{parsed.exploded[:19]}::/64"
    return parsed.compressed
