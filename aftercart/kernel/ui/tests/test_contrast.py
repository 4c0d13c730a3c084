"""Text reads at 4.5:1 and controls show at 3:1, in light and dark, with any accent a merchant picks."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercart.kernel.ui import accents
from aftercart.kernel.ui.colours import (
    Rgb,
    contrast,
    fit_chroma,
    from_hex,
    in_gamut,
    linear_to_oklch,
    luminance,
    oklch_to_linear,
)

TOKENS = Path(accents.__file__).parent / "static" / "ui" / "styles" / "tokens.css"
SIDES = {"light": 0, "dark": 1}
GROUNDS = ("canvas", "surface", "surface-sunken", "surface-raised", "surface-hover")
TEXTS = ("ink", "ink-soft", "ink-faint", "accent", "success", "warn", "danger", "info")
TONES = ("success", "warn", "danger", "info", "accent")


def tokens(side: str, hue: float = 264, chroma: float = 0.17) -> dict[str, Rgb]:
    """Every colour token of one side, as a screen shows it."""
    text = TOKENS.read_text(encoding="utf-8")
    found = {}
    for name, pair in re.findall(r"--([a-z-]+):\s*light-dark\((.*?)\);", text, re.DOTALL):
        colours = re.findall(r"oklch\(((?:[^()]|\([^()]*(?:\([^()]*\))?[^()]*\))*)\)", pair)
        found[name] = _colour(colours[SIDES[side]], hue, chroma)
    return found


def _colour(text: str, hue: float, chroma: float) -> Rgb:
    text = text.replace("var(--accent-hue)", f"{hue:.6f}").replace("var(--accent-chroma)", f"{chroma:.9f}")
    text = re.sub(r"calc\(([\d.]+) \* ([\d.]+)\)", lambda m: f"{float(m[1]) * float(m[2]):.9f}", text)
    lightness, own_chroma, own_hue = (float(part) for part in text.split("/")[0].split())
    return oklch_to_linear(lightness, fit_chroma(lightness, own_chroma, own_hue), own_hue)


def faults(found: dict[str, Rgb]) -> list[str]:
    """Pairs of tokens that meet on pages and do not reach their contrast."""
    pairs = [(text, ground, 4.5) for text in TEXTS for ground in GROUNDS]
    pairs += [(tone, f"{tone}-soft", 4.5) for tone in TONES]
    pairs += [("ink", f"{tone}-soft", 4.5) for tone in TONES]
    pairs += [("ink-faint", f"{tone}-soft", 4.5) for tone in ("accent", "warn")]
    pairs += [("accent-on", fill, 4.5) for fill in ("accent-fill", "accent-fill-hover")]
    pairs += [("danger-on", fill, 4.5) for fill in ("danger-fill", "danger-fill-hover")]
    pairs += [("line-strong", ground, 3.0) for ground in ("canvas", "surface", "surface-raised")]
    pairs += [("accent-fill", ground, 3.0) for ground in ("canvas", "surface")]
    pairs += [(f"{tone}-fill", "surface", 3.0) for tone in ("success", "warn", "info", "danger")]
    return [
        f"{one} on {other}: {contrast(found[one], found[other]):.2f} < {least}"
        for one, other, least in pairs
        if contrast(found[one], found[other]) < least
    ]


@pytest.mark.parametrize("side", SIDES)
def test_the_house_colours_read(side: str) -> None:
    assert faults(tokens(side)) == []


@pytest.mark.parametrize("side", SIDES)
@given(colour=st.integers(0, 0xFFFFFF).map("{:06x}".format))
def test_any_accent_reads(side: str, colour: str) -> None:
    assert faults(tokens(side, *accents.hue_and_chroma(colour))) == []


@given(colour=st.integers(0, 0xFFFFFF).map("{:06x}".format))
def test_a_screen_can_show_every_use_of_an_accent(colour: str) -> None:
    hue, chroma = accents.hue_and_chroma(colour)

    assert all(in_gamut(oklch_to_linear(light, chroma * share, hue)) for light, share in accents.USES)


def test_the_uses_are_those_of_the_tokens() -> None:
    text = TOKENS.read_text(encoding="utf-8")
    used = set()
    for light, share in re.findall(
        r"oklch\(([\d.]+) (?:calc\(var\(--accent-chroma\) \* ([\d.]+)\)|var\(--accent-chroma\)) var", text
    ):
        used.add((float(light), float(share or 1)))

    assert used <= set(accents.USES)


@given(colour=st.integers(0, 0xFFFFFF).map("{:06x}".format))
def test_colours_go_there_and_back(colour: str) -> None:
    there = from_hex(colour)

    assert oklch_to_linear(*linear_to_oklch(there)) == pytest.approx(there, abs=1e-6)


def test_black_on_white_is_21() -> None:
    assert contrast(from_hex("000000"), from_hex("ffffff")) == pytest.approx(21)
    assert luminance(from_hex("ffffff")) == pytest.approx(1)


@pytest.mark.parametrize("text", ["", "#12345", "red", "#12345g", "url(x)", None, 7])
def test_only_six_hexadecimal_digits_are_an_accent(text: object) -> None:
    assert not accents.is_accent(text)


def test_the_stylesheet_sets_hue_and_chroma_only() -> None:
    assert re.fullmatch(
        r"@layer tokens \{ :root \{ --accent-hue: [\d.]+; --accent-chroma: [\d.]+; \} \}\n",
        accents.stylesheet("#b3471f"),
    )
