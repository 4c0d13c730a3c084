"""The words under which a customer is found. Pure.

A word is found by its beginning. Scripts without spaces between words (Japanese, Thai) put a whole name
into one run of letters, so every ending of such a run is a word too: 美咲 is found in 佐藤美咲.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping

LONGEST = 40
MOST_WORDS = 60
MOST_ASKED = 6
FREQUENT = 5_000  # customers whom it is quicker to ask for another word than to look that up
FEW = 2_000  # customers named one by one: PostgreSQL takes an intersection for large and reads everybody
COUNTED = 100_000  # words of a frequency: beyond, it makes no difference
WALKED = 8_000  # customers walked through for a page, at ten microseconds each
WALKED_FOR = 100  # of whom so many should match
SPACELESS = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
RUN = re.compile(r"[^\s,;()\"<>]+")
PIECE = re.compile(r"[^\W_]+")


def fold(text: str) -> str:
    """Text as it is searched: compatibility-normalised, case-folded, without Latin and Cyrillic accents."""
    bare: list[str] = []
    for letter in unicodedata.normalize("NFKD", text.casefold()):
        if unicodedata.combining(letter) and bare and bare[-1] < "\u0500":
            continue
        bare.append(letter)
    return unicodedata.normalize("NFKC", "".join(bare)).replace("ł", "l")


def words_of(text: str) -> set[str]:
    """The words of a customer's text: runs between spaces, their pieces, endings of spaceless runs."""
    words: set[str] = set()
    for run in RUN.findall(fold(text)):
        words.update(part[:LONGEST] for part in (run, *run.split("@")) if part)
        for piece in PIECE.findall(run):
            words.add(piece[:LONGEST])
        if SPACELESS.search(run):
            words.update(run[start : start + LONGEST] for start in range(min(len(run), 12)))
        digits = re.sub(r"\D", "", run)
        if len(digits) >= 5:
            words.add(digits[:LONGEST])
    return set(sorted(words)[:MOST_WORDS])


def words_asked(text: str) -> list[str]:
    """The words somebody searches for, the longest (rarest) first."""
    words = {run[:LONGEST] for run in RUN.findall(fold(text.replace("\0", "")))}
    return sorted(words, key=lambda word: (-len(word), word))[:MOST_ASKED]


def is_frequent(frequencies: Mapping[str, int], *, among: int) -> bool:
    """Whether so many of ``among`` customers may have all the words that a page of them is found by walking
    through :data:`WALKED`. Takes the words to be independent, and those beyond :data:`COUNTED` to be everywhere."""
    shares = (1.0 if count >= COUNTED else count / max(1, among) for count in frequencies.values())
    return bool(frequencies) and among > WALKED and math.prod(shares) * WALKED > WALKED_FOR


def split_by_frequency(frequencies: Mapping[str, int]) -> tuple[list[str], list[str]]:
    """Which words to look up in the index of words, the rarest first, and which to ask of each customer found.

    A rare word's customers are looked up, and asked for the frequent words. Where every word is frequent ("Anna
    Nowak"), the customers of all are intersected before one is read.
    """
    ordered = sorted(frequencies, key=frequencies.__getitem__)
    looked_up = [word for word in ordered if frequencies[word] <= FREQUENT] or ordered
    return looked_up, ordered[len(looked_up) :]
