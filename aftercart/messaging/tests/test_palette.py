"""Whatever accent a merchant chooses can be read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercart.messaging.palette import DARK_CARD, DEFAULT_ACCENT, contrast, palette

colours = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@given(colours)
def test_every_accent_is_readable(accent: str) -> None:
    made = palette(accent)
    assert made["accent"] == accent
    assert contrast(made["accent"], made["on_accent"]) >= 4.5
    assert contrast(made["link"], "#ffffff") >= 4.5
    assert contrast(made["link_dark"], DARK_CARD) >= 4.5


@pytest.mark.parametrize("nonsense", ["", "red", "#12", "#12345g", "url(javascript:x)", "#ffffff;x"])
def test_what_is_no_colour_becomes_the_default(nonsense: str) -> None:
    assert palette(nonsense)["accent"] == DEFAULT_ACCENT


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
