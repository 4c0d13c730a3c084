"""The fonts a document is written with: ours for the five languages, and what the merchant adds for others."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings
from fontTools.ttLib import TTFont

OURS = Path(__file__).parent / "fonts"
SAMPLES = {
    "Latin": "Zażółć gęślą jaźń, Größe",
    "Cyrillic": "Съешь ещё этих мягких французских булок",
    "Japanese": "東京都渋谷区神宮前の陶器、リネンのエプロン",
    "Thai": "ผ้ากันเปื้อนลินิน กรุงเทพมหานคร",
}


@dataclass(frozen=True, kw_only=True)
class Face:
    """A family of one or two files; without ``bold`` its regular stands for both."""

    family: str
    regular: Path
    bold: Path | None = None


def faces() -> list[Face]:
    """Ours, Latin and Cyrillic first, then every TrueType or OpenType font in the data folder's ``fonts``."""
    own = [
        Face(family="sans", regular=OURS / "NotoSans-Regular.ttf", bold=OURS / "NotoSans-Bold.ttf"),
        Face(family="thai", regular=OURS / "NotoSansThai-Regular.ttf", bold=OURS / "NotoSansThai-Bold.ttf"),
        Face(family="japanese", regular=OURS / "NotoSansJP-Regular.ttf"),
    ]
    folder = Path(settings.DATA_DIR) / "fonts"
    added = sorted(path for path in folder.glob("*") if path.suffix.lower() in {".ttf", ".otf"})
    return own + [Face(family=f"added{number}", regular=path) for number, path in enumerate(added)]


def missing_letters(text: str) -> str:
    """The letters of a text that no font has: they would print as boxes."""
    known = set().union(*(_letters(face.regular, face.regular.stat().st_mtime_ns) for face in faces()))
    return "".join(sorted({letter for letter in text if not letter.isspace() and ord(letter) not in known}))


def scripts_without_font() -> list[str]:
    """The scripts of our languages that no font writes; empty on a whole installation."""
    return [script for script, sample in SAMPLES.items() if missing_letters(sample)]


@cache
def _letters(path: Path, version: int) -> frozenset[int]:  # noqa: ARG001 - a changed file is read anew
    with TTFont(path, lazy=True) as font:
        return frozenset(font.getBestCmap())
