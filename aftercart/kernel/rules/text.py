"""One definition of "the same text", so that Python, SQLite and PostgreSQL cannot disagree on it.

Two texts are the same when they are equal after folding: compatibility normalisation (NFKC: full and half
width, ligatures, composed accents), a few spellings (ß is ss, i with a stray dot is i), then one letter for
each letter without regard to case, all forms of i being one. Accents stay: ``ó`` is not ``o``.

Every database can normalise or call Python, none can fold alike. So PostgreSQL lowers ASCII, and is told of the
other letters only those that matter: the ones that fold to a letter of the *wanted* text. A text is, contains,
starts or ends with the wanted one after that exactly when it does after folding: any other letter cannot be
part of a match, folded or not.
"""

from __future__ import annotations

import sys
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Literal

How = Literal["is", "contains", "starts", "ends"]

SPELLINGS = (("ß", "ss"), ("ẞ", "ss"), ("i\u0307", "i"))
"""Replaced in this order after normalisation, before letters lose their case; SQL does the same."""


def fold(text: str) -> str:
    """The form in which texts are compared. ``fold("ＳＴＲＡßE") == fold("strasse")``."""
    if text.isascii():
        return text.lower()
    return prepare(text).translate(_lower_letters())


def prepare(text: str) -> str:
    """What SQL does to a column before it meets a pattern: normalise, then respell."""
    text = unicodedata.normalize("NFKC", text)
    for spelling, plain in SPELLINGS:
        text = text.replace(spelling, plain)
    return text


def fits(how: How, seen: str, wanted: str) -> bool:
    """Whether a folded text is, contains, starts or ends with a folded text."""
    if how == "is":
        return seen == wanted
    if how == "contains":
        return wanted in seen
    return seen.startswith(wanted) if how == "starts" else seen.endswith(wanted)


@lru_cache(maxsize=2048)
def spellings(wanted: Sequence[str]) -> tuple[str, str]:
    """The letters beyond ASCII that fold to one of the wanted texts' letters, and what each folds to."""
    pairs = [(other, letter) for letter in sorted(set("".join(wanted))) for other in _others(letter)]
    return "".join(other for other, _ in pairs), "".join(letter for _, letter in pairs)


def _letter(character: str) -> str:
    """One letter without its case, always one letter: what cannot be folded to one stays."""
    if character in "İı":
        return "i"
    folded = character.casefold()
    if len(folded) > 1:
        folded = character.lower()
    return folded if len(folded) == 1 else character


@cache
def _lower_letters() -> dict[int, str]:
    letters = ((code, chr(code)) for code in range(sys.maxunicode + 1) if not 0xD800 <= code <= 0xDFFF)
    return {code: _letter(letter) for code, letter in letters if _letter(letter) != letter}


@cache
def _upper_letters() -> dict[str, str]:
    found: defaultdict[str, str] = defaultdict(str)
    for code, letter in _lower_letters().items():
        found[letter] += chr(code)
    return dict(found)


def _others(letter: str) -> str:
    return "".join(other for other in _upper_letters().get(letter, "") if not other.isascii())
