"""Postal addresses as they stand frozen on an order."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, fields
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Address:
    """A postal address. ``country`` is ISO 3166-1 alpha-2."""

    name: str = ""
    company: str = ""
    line1: str = ""
    line2: str = ""
    city: str = ""
    region: str = ""
    postcode: str = ""
    country: str = ""
    phone: str = ""

    @classmethod
    def from_mapping(cls, mapping: dict[str, Any]) -> Address:
        """The address stored as :meth:`to_mapping` gave it; unknown keys are left out."""
        known = {f.name for f in fields(cls)}
        return cls(**{key: str(value) for key, value in mapping.items() if key in known})

    def to_mapping(self) -> dict[str, str]:
        """The non-empty parts, ready for a JSON column."""
        return {key: value for key, value in asdict(self).items() if value}


def postcode_key(postcode: str) -> str:
    """A postcode as it is compared: letters and digits only, upper case (``"sw1a 1aa"`` -> ``"SW1A1AA"``)."""
    return re.sub(r"[\W_]+", "", postcode).upper()[:20]
