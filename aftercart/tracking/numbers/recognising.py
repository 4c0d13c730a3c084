"""Whose number is it? Candidates with their certainty, best first. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from aftercart.tracking.numbers.carriers import Carrier, Shape, carrier_named, carriers
from aftercart.tracking.numbers.check_digits import CHECKS

SURE, LIKELY, POSSIBLE = "sure", "likely", "possible"
WEIGHTS = {SURE: 4, LIKELY: 2, POSSIBLE: 0}
AT_HOME = 3


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A carrier whose number it may be.

    ``sure``: its mark and a right check digit; ``likely``: one of them; ``possible``: the shape only.
    """

    carrier: Carrier
    certainty: str


def tidy(number: str) -> str:
    """A number as carriers' machines know it: no blanks, capitals."""
    return re.sub(r"\s+", "", number).upper()


def recognise(number: str, *, country: str = "") -> list[Candidate]:
    """The carriers whose number this may be, best first; ``country`` is where it goes (ISO 3166-1), if known.

    A number whose check digit is wrong is not the carrier's. Among equals the one at home in the country comes first.
    """
    number = re.sub(r"[-.]", "", tidy(number))
    found = [
        Candidate(carrier=carrier, certainty=certainty)
        for carrier in carriers().values()
        if (certainty := _certainty(carrier, number))
    ]
    return sorted(found, key=lambda one: (-_weight(one, country), one.carrier.code))


def carrier_of(name: str, number: str, *, country: str = "") -> str:
    """Our code of the carrier: by the name the shop uses, else by its number where that leaves no doubt; or empty."""
    if known := carrier_named(name):
        return known.code
    found = recognise(number, country=country) if number else []
    if not found or found[0].certainty == POSSIBLE:
        return ""
    rivals = [one for one in found[1:] if _weight(one, country) >= _weight(found[0], country)]
    return "" if rivals else found[0].carrier.code


def _weight(one: Candidate, country: str) -> int:
    return WEIGHTS[one.certainty] + (AT_HOME if country in one.carrier.countries else 0)


def _certainty(carrier: Carrier, number: str) -> str:
    kinds = [_of_shape(shape, number) for shape in carrier.shapes]
    return max((kind for kind in kinds if kind), key=lambda kind: WEIGHTS[kind], default="")


def _of_shape(shape: Shape, number: str) -> str:
    match = shape.pattern.fullmatch(number)
    if match is None:
        return ""
    if shape.check and not CHECKS[shape.check]("".join(match.groups())):
        return ""
    return SURE if shape.check and shape.has_mark else LIKELY if shape.check or shape.has_mark else POSSIBLE
