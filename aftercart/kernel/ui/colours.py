"""Colour arithmetic: OKLCH to sRGB and the contrast ratio of WCAG 2.

OKLab: Björn Ottosson, 2020. Contrast: WCAG 2.2, relative luminance.
"""

from __future__ import annotations

import math

Rgb = tuple[float, float, float]


def oklch_to_linear(lightness: float, chroma: float, hue: float) -> Rgb:
    """Linear sRGB, components may lie outside 0 to 1 when the colour is out of gamut."""
    a = chroma * math.cos(math.radians(hue))
    b = chroma * math.sin(math.radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )


def linear_to_oklch(colour: Rgb) -> tuple[float, float, float]:
    """Lightness, chroma and hue (degrees) of linear sRGB."""
    red, green, blue = colour
    long = math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    medium = math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    lightness = 0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short
    a = 1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short
    return lightness, math.hypot(a, b), math.degrees(math.atan2(b, a)) % 360


def in_gamut(colour: Rgb) -> bool:
    """Whether a screen of sRGB can show it."""
    return all(-0.0005 <= part <= 1.0005 for part in colour)


def fit_chroma(lightness: float, chroma: float, hue: float) -> float:
    """The largest chroma up to ``chroma`` that sRGB can show at this lightness and hue."""
    low, high = 0.0, chroma
    if in_gamut(oklch_to_linear(lightness, high, hue)):
        return high
    for _ in range(20):
        middle = (low + high) / 2
        if in_gamut(oklch_to_linear(lightness, middle, hue)):
            low = middle
        else:
            high = middle
    return low


def from_hex(text: str) -> Rgb:
    """``2f5bd7`` as linear sRGB."""
    parts = [int(text[start : start + 2], 16) / 255 for start in (0, 2, 4)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return red, green, blue


def luminance(colour: Rgb) -> float:
    """Relative luminance, 0 (black) to 1 (white)."""
    red, green, blue = (min(1.0, max(0.0, part)) for part in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: Rgb, other: Rgb) -> float:
    """The contrast ratio of two colours, 1 to 21."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)
