"""Finding one's order by number and e-mail or postcode, with the same work whether it exists or not."""

from __future__ import annotations

import hmac
from datetime import datetime, timedelta

from aftercart.customers.models import email_key
from aftercart.kernel.links.digests import digest
from aftercart.kernel.links.limits import allow, reset
from aftercart.orders.addresses import postcode_key
from aftercart.orders.models import Order

PER_VISITOR = (20, timedelta(hours=1))
PER_NUMBER = (10, timedelta(hours=1))
CANDIDATES = 4
NOBODY = ("", "")


def may_try(*, visitor: str, number: str, now: datetime) -> bool:
    """Count a try against the visitor and against the number; whether both still have one.

    The number is counted whether or not an order has it, so the limit tells nothing.
    """
    visitor_may = allow(f"order-lookup:visitor:{visitor}", *PER_VISITOR, now=now)
    number_may = allow(_number_limit(number), *PER_NUMBER, now=now)
    return visitor_may and number_may


def forget_tries(*, number: str) -> None:
    """After a right answer: whoever knows the order may look it up as often as they like."""
    reset(_number_limit(number))


def find_order(*, number: str, proof: str) -> int | None:
    """The id of the order with this number whose e-mail address or postcode is ``proof``.

    One query and always the same comparisons, in constant time each: neither the answer nor how long it
    takes tells whether an order with this number exists. Several channels may share a number.
    """
    found = Order.objects.filter(number__in=_spellings(number)).order_by("-placed_at", "-id")
    rows = list(found.values_list("pk", "email_key", "ship_postcode_key")[:CANDIDATES])
    wanted_email, wanted_postcode = _fingerprint(email_key(proof)), _fingerprint(postcode_key(proof))
    matching: int | None = None
    for index in range(CANDIDATES):
        order_id, (email, postcode) = (
            (rows[index][0], rows[index][1:]) if index < len(rows) else (None, NOBODY)
        )
        is_email = hmac.compare_digest(_fingerprint(email), wanted_email) and "@" in email
        is_postcode = hmac.compare_digest(_fingerprint(postcode), wanted_postcode) and len(postcode) >= 3
        if (is_email or is_postcode) and matching is None:
            matching = order_id
    return matching


def _number_limit(number: str) -> str:
    return f"order-lookup:number:{_plain(number).upper().casefold()}"


def _plain(number: str) -> str:
    """The number without ``#`` and blanks: all spellings that find one order share its limit."""
    return number.strip().lstrip("#").strip()


def _spellings(number: str) -> list[str]:
    """How people write the number ``#MH-1001``: with and without ``#``, in any case."""
    plain = _plain(number)
    return [f"{sign}{text}" for sign in ("", "#") for text in (plain, plain.upper(), plain.lower())]


def _fingerprint(value: str) -> bytes:
    return digest("aftercart.order-lookup", value.encode())
