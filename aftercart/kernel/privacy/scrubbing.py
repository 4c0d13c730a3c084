"""Taking a person out of free-form facts, purely: texts that name them, and keys that always do."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote, quote_plus

from aftercart.kernel.privacy.registry import Identifiers

ERASED = "[erased]"
SHORTEST_NEEDLE = 4

# Names of properties as the Segment specification and stores spell them, letters only.
PERSONAL_KEYS = frozenset(
    {
        *("email", "emailaddress", "mail", "phone", "phonenumber", "mobile", "tel"),
        *("firstname", "lastname", "fullname", "surname", "givenname", "familyname", "username"),
        *("customername", "address", "address1", "address2", "addressline1", "addressline2", "street"),
        *("streetaddress", "shippingaddress", "billingaddress", "shipto", "billto", "postcode"),
        *("postalcode", "zip", "zipcode", "birthday", "birthdate", "dateofbirth", "gender", "age"),
        *("ip", "ipaddress", "useragent", "latitude", "longitude", "traits"),
        *("city", "place"),
    }
)


class Scrubber:
    """Replaces what identifies one person, in any JSON value."""

    def __init__(self, known_by: Identifiers) -> None:
        needles = {*known_by.emails, *known_by.phones, *known_by.names, *known_by.texts}
        needles |= known_by.anonymous_ids
        needles |= {write(needle) for needle in needles for write in (quote, quote_plus)}
        self._pattern = _pattern(needles)

    def text(self, text: str) -> str:
        """The text without the person's addresses and names."""
        return self._pattern.sub(ERASED, text) if self._pattern else text

    def value(self, value: Any) -> Any:
        """A JSON value without the person: known texts and personal keys replaced, the shape kept."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, list | tuple):
            return [self.value(item) for item in value]
        if isinstance(value, dict):
            return {self.text(key): self._property(key, item) for key, item in value.items()}
        return value

    def _property(self, key: str, value: Any) -> Any:
        if not value or re.sub(r"[^a-z0-9]", "", key.lower()) not in PERSONAL_KEYS:
            return self.value(value)
        if isinstance(value, str):
            return ERASED
        return type(value)() if isinstance(value, list | dict) else None


def _pattern(needles: Iterable[str]) -> re.Pattern[str] | None:
    """Any of the texts, longest first, whole words, letters in any case; very short ones name nobody."""
    long_enough = sorted(
        {n.strip() for n in needles if len(n.strip()) >= SHORTEST_NEEDLE}, key=lambda n: -len(n)
    )
    if not long_enough:
        return None
    words = "|".join(re.escape(needle) for needle in long_enough)
    return re.compile(rf"(?<![^\W_])(?:{words})(?![^\W_])", re.IGNORECASE)
