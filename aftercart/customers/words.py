"""The words under which a customer is found. Pure.

A word is found by its beginning. Scripts without spaces between words (Japanese, Thai) put a whole name
into one run of letters, so every ending of such a run is a word too: 美咲 is found in 佐藤美咲.
"""

from __future__ import annotations

import re
import unicodedata

LONGEST = 40
MOST_WORDS = 60
MOST_ASKED = 6
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
