"""A merchant's accent colour as a stylesheet, safe to read whatever colour is chosen.

Only hue and chroma are taken. Lightness is the design's, so text on it and in it keeps its contrast; the
chroma is lowered until every lightness the design uses it at is one a screen can show.
"""

from __future__ import annotations

import re

from aftercart.kernel.ui.colours import fit_chroma, from_hex, linear_to_oklch

# (lightness, share of the chroma) of each use in styles/tokens.css.
USES = ((0.48, 1.0), (0.42, 1.0), (0.53, 0.92), (0.76, 0.62), (0.48, 0.92), (0.955, 0.14), (0.29, 0.36))
STRONGEST = 0.19


def is_accent(text: object) -> bool:
    """Whether the text is a colour like ``#2f5bd7``."""
    return isinstance(text, str) and re.fullmatch(r"#?[0-9a-fA-F]{6}", text) is not None


def hue_and_chroma(accent: str) -> tuple[float, float]:
    """Hue in degrees and the chroma that fits all uses."""
    _, chroma, hue = linear_to_oklch(from_hex(accent.removeprefix("#")))
    wanted = min(chroma, STRONGEST)
    return hue, min(fit_chroma(lightness, wanted * share, hue) / share for lightness, share in USES)


def stylesheet(accent: str) -> str:
    """The accent's custom properties, in the tokens' layer."""
    hue, chroma = hue_and_chroma(accent)
    return f"@layer tokens {{ :root {{ --accent-hue: {hue:.1f}; --accent-chroma: {chroma:.4f}; }} }}\n"
