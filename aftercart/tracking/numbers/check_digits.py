"""Check digits of tracking numbers. Each function takes the characters a check covers, the check last. Pure.

Sources: GS1 General Specifications 7.9 (modulo 10); UPU S10 (modulo 11); ISO 7064 (modulo 37,36; modulo 10 by Luhn is
ISO/IEC 7812); the others from the carriers' label guides, named at each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def _weighted(digits: Iterable[str], weights: Iterable[int]) -> int:
    return sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=False))


def _alternating(body: str, last: int, before: int) -> int:
    """The digits' sum, weighted by turns from the right."""
    return sum(int(digit) * (before if place % 2 else last) for place, digit in enumerate(reversed(body)))


def gs1(number: str) -> bool:
    """Weights 3 and 1 from the right: SSCC, USPS, FedEx Ground, Canada Post, Russian Post."""
    return -_alternating(number[:-1], 3, 1) % 10 == int(number[-1])


def usps(number: str) -> bool:
    """As GS1, over at least twenty digits with their application identifier (9x), which short prints leave out."""
    return gs1(number) or gs1("91" + number)


def smartpost(number: str) -> bool:
    """As GS1, with the identifier 92 in front where the label leaves it out."""
    return gs1(number if number.startswith("92") else "92" + number)


def luhn(number: str) -> bool:
    """Every second digit doubled, sums of digits."""
    total = 0
    for place, digit in enumerate(reversed(number[:-1])):
        doubled = int(digit) * (1 if place % 2 else 2)
        total += doubled - 9 if doubled > 9 else doubled
    return -total % 10 == int(number[-1])


def modulo_7(number: str) -> bool:
    """The number without its last digit, modulo 7: DHL Express, Yamato, Sagawa, Japan Post."""
    return int(number[:-1]) % 7 == int(number[-1])


def s10(number: str) -> bool:
    """UPU S10: eight digits with weights 8 6 4 2 3 5 9 7, modulo 11."""
    rest = 11 - _weighted(number[:8], (8, 6, 4, 2, 3, 5, 9, 7)) % 11
    return {10: 0, 11: 5}.get(rest, rest) == int(number[8])


def ups(number: str) -> bool:
    """UPS 1Z: letters count as (position in the alphabet + 1) modulo 10, weights 1 and 2 from the left."""
    values = [int(c) if c.isdigit() else (ord(c) - 63) % 10 for c in number[:-1]]
    total = sum(value * (2 if place % 2 else 1) for place, value in enumerate(values))
    return number[-1].isdigit() and -total % 10 == int(number[-1])


def fedex(number: str) -> bool:
    """FedEx Express: weights 1 3 7 from the right, modulo 11, then modulo 10."""
    return _weighted(reversed(number[:-1]), (1, 3, 7) * 12) % 11 % 10 == int(number[-1])


def identcode(number: str) -> bool:
    """Identcode of Deutsche Post: weights 4 and 9 from the right, modulo 10."""
    return -_alternating(number[:-1], 4, 9) % 10 == int(number[-1])


def ontrac(number: str) -> bool:
    """OnTrac: C counts as 4 and D as 5 in front; weights 2 and 1 from the right, modulo 10."""
    return -_alternating({"C": "4", "D": "5"}[number[0]] + number[1:-1], 2, 1) % 10 == int(number[-1])


def modulo_37_36(number: str) -> bool:
    """ISO 7064 modulo 37,36 over digits and letters: DPD."""
    rest = 36
    for character in number[:-1]:
        rest = (rest + LETTERS.index(character)) % 36 or 36
        rest = rest * 2 % 37
    return (37 - rest) % 36 == LETTERS.index(number[-1])


CHECKS: dict[str, Callable[[str], bool]] = {
    "fedex": fedex,
    "gs1": gs1,
    "identcode": identcode,
    "luhn": luhn,
    "modulo_37_36": modulo_37_36,
    "modulo_7": modulo_7,
    "ontrac": ontrac,
    "s10": s10,
    "smartpost": smartpost,
    "ups": ups,
    "usps": usps,
}
