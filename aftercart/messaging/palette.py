"""Colours of a mail from the merchant's accent: readable on light and on dark, whatever was chosen."""

from __future__ import annotations

import colorsys
import re
from functools import cache

DEFAULT_ACCENT = "#1f5c4d"
READABLE = 4.5
DARK_CARD = "#1f1f1d"
_HEX = re.compile(r"#[0-9a-fA-F]{6}")


@cache
def palette(accent: str) -> dict[str, str]:
    """``accent`` (the button), ``on_accent`` (its text), ``link`` (on white), ``link_dark`` (on dark).

    Anything that is no ``#rrggbb`` colour becomes the default.
    """
    chosen = accent.lower() if _HEX.fullmatch(accent) else DEFAULT_ACCENT
    on_accent = "#ffffff" if contrast(chosen, "#ffffff") >= READABLE else "#000000"
    return {
        "accent": chosen,
        "on_accent": on_accent,
        "link": _until_readable(chosen, "#ffffff", step=-0.04),
        "link_dark": _until_readable(chosen, DARK_CARD, step=0.04),
    }


def contrast(first: str, second: str) -> float:
    """The contrast ratio of two ``#rrggbb`` colours, 1 to 21 (WCAG 2.2)."""
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    def linear(channel: float) -> float:
        return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(channel) for channel in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _until_readable(colour: str, ground: str, *, step: float) -> str:
    """The colour, made darker (or lighter) until it can be read on the ground."""
    hue, lightness, saturation = colorsys.rgb_to_hls(*_channels(colour))
    while contrast(colour, ground) < READABLE and (lightness < 1 if step > 0 else lightness > 0):
        lightness = min(1.0, max(0.0, lightness + step))
        channels = colorsys.hls_to_rgb(hue, lightness, saturation)
        colour = "#" + "".join(f"{round(channel * 255):02x}" for channel in channels)
    return colour


def _channels(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    return red, green, blue
