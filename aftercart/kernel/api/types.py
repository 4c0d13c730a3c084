"""Types of fields: bounded, so that whatever fits them fits the database on every server."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated, Any

from ninja import Schema
from pydantic import AfterValidator, AwareDatetime, BeforeValidator, ConfigDict, Field, StringConstraints

BIGGEST_ID = 2**63 - 1
BIGGEST_MINOR = 10**15
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
EARLIEST_YEAR, LATEST_YEAR = 1970, 2200


class Body(Schema):
    """A request's body: unknown fields are refused, so that a misspelt one is not lost silently."""

    model_config = ConfigDict(extra="forbid")


def _clean(text: str) -> str:
    if UNSTORABLE.search(text):
        raise ValueError("must not contain NUL or lone surrogate characters")
    return text


def _sensible(moment: datetime) -> datetime:
    if not EARLIEST_YEAR <= moment.year <= LATEST_YEAR:
        raise ValueError(f"must lie between {EARLIEST_YEAR} and {LATEST_YEAR}")
    return moment


def only_text(value: Any) -> Any:
    """Dates and times come as ISO 8601 text, never as a number of seconds."""
    if not isinstance(value, str) or not value[:4].isdigit() or value[4:5] != "-":
        raise ValueError("must be ISO 8601 text; a time with its offset")
    return value


Id = Annotated[int, Field(ge=1, le=BIGGEST_ID)]
IdNamed = Annotated[int, Field(ge=1, le=BIGGEST_ID, strict=True)]
Flag = Annotated[bool, Field(strict=True)]
Stamp = AwareDatetime
Minor = Annotated[
    int, Field(ge=0, le=BIGGEST_MINOR, strict=True, description="Minor units of the currency: 1999 is 19.99.")
]
Quantity = Annotated[int, Field(ge=1, le=1_000_000, strict=True)]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$", description="ISO 4217.", examples=["EUR"])]
Country = Annotated[str, Field(pattern=r"^([A-Z]{2})?$", description="ISO 3166-1 alpha-2.", examples=["PL"])]
Language = Annotated[str, Field(pattern=r"^([a-z]{2,3}(-[A-Za-z]{2,4})?)?$", examples=["ja"])]
Short = Annotated[str, StringConstraints(max_length=120), AfterValidator(_clean)]
Line = Annotated[str, StringConstraints(max_length=300), AfterValidator(_clean)]
Long = Annotated[str, StringConstraints(max_length=20_000), AfterValidator(_clean)]
Key = Annotated[str, StringConstraints(min_length=1, max_length=60, pattern=r"^[\x20-\x7e]+$")]
Email = Annotated[
    str,
    StringConstraints(max_length=254, pattern=r"^([^@\s\x00-\x1f]+@[^@\s\x00-\x1f]+\.[^@\s\x00-\x1f]+)?$"),
    AfterValidator(_clean),
    Field(examples=["sam@shopper.example"]),
]
Moment = Annotated[AwareDatetime, BeforeValidator(only_text), AfterValidator(_sensible)]
"""A date and time with its offset, between 1970 and 2200."""
