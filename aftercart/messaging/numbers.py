"""Telephone numbers and text messages as networks see them: E.164, time zones, segments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import phonenumbers
from phonenumbers import PhoneNumberType
from phonenumbers import timezone as zones

OPENS, CLOSES = time(8), time(21)
_BASIC = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = set("\f^{}\\[~]|€")  # 3GPP TS 23.038, 6.2.1: each takes two septets
_LANDLINES = {
    PhoneNumberType.FIXED_LINE,
    PhoneNumberType.PREMIUM_RATE,
    PhoneNumberType.SHARED_COST,
    PhoneNumberType.UAN,
    PhoneNumberType.VOICEMAIL,
}


@dataclass(frozen=True, kw_only=True)
class Segments:
    """How a text is billed: its alphabet (``GSM-7`` or ``UCS-2``), its units in it, and how many parts."""

    alphabet: str
    units: int
    count: int


def normal_number(text: str, country: str = "") -> str:
    """The number in E.164 (``+491511234567``), or nothing when it is none that takes texts.

    ``country`` (ISO 3166-1) reads a number written without its country.
    """
    try:
        parsed = phonenumbers.parse(text[:40], country.upper() or None)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_valid_number(parsed) or phonenumbers.number_type(parsed) in _LANDLINES:
        return ""
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def segments(text: str) -> Segments:
    """How many parts a text takes: 160 GSM-7 or 70 UCS-2 units alone, 153 or 67 when joined (3GPP TS 23.040)."""
    if all(letter in _BASIC or letter in _EXTENDED for letter in text):
        costs = [2 if letter in _EXTENDED else 1 for letter in text]
        return Segments(alphabet="GSM-7", units=sum(costs), count=_parts(costs, 160, 153))
    costs = [2 if ord(letter) > 0xFFFF else 1 for letter in text]
    return Segments(alphabet="UCS-2", units=sum(costs), count=_parts(costs, 70, 67))


def _parts(costs: list[int], alone: int, joined: int) -> int:
    """Parts of a text whose letters cost so many units; no letter is cut in two."""
    if sum(costs) <= alone:
        return 1
    parts, room = 1, joined
    for cost in costs:
        if cost > room:
            parts, room = parts + 1, joined
        room -= cost
    return parts


def quiet_until(number: str, now: datetime) -> timedelta:
    """For how long a number should be left in peace: zero between 08:00 and 21:00 in every zone it may be in.

    A country with many zones leaves fewer hours; where no hour suits all of them, the first zone decides.
    """
    known = [_zone(name) for name in zones.time_zones_for_number(phonenumbers.parse(number))]
    places = [place for place in known if place is not None] or [ZoneInfo("UTC")]
    for chosen in (places, places[:1]):
        for minutes in range(0, 24 * 60, 5):
            moment = now + timedelta(minutes=minutes)
            if all(OPENS <= moment.astimezone(place).time() < CLOSES for place in chosen):
                return timedelta(minutes=minutes)
    return timedelta(0)


def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None
