"""A PDF page with our fonts, shaped by HarfBuzz (docs/decisions/0041)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fpdf import FPDF

from aftercart.kernel.paper.faces import faces

INK, SOFT = (28, 27, 25), (95, 93, 87)


class Sheet(FPDF):
    """Pages of a size (``"A4"``, or width and height in millimetres) on which five scripts can be written."""

    def __init__(
        self, *, size: str | tuple[float, float], title: str, language: str, made_at: datetime | None = None
    ) -> None:
        super().__init__(format=size, orientation="portrait")
        known = faces()
        for face in known:
            self.add_font(face.family, "", str(face.regular))
            self.add_font(face.family, "B", str(face.bold or face.regular))
        self.set_fallback_fonts([face.family for face in known[1:]], exact_match=False)
        self.set_text_shaping(use_shaping_engine=True)
        self.set_title(title)
        self.set_lang(language)
        if made_at:
            self.set_creation_date(made_at)

    def write_in(self, size: float, *, bold: bool = False, soft: bool = False) -> None:
        """Choose size, weight and colour of what follows."""
        self.set_font("sans", "B" if bold else "", size)
        self.set_text_color(*(SOFT if soft else INK))
        self._pin()

    def add_page(self, *arguments: Any, **options: Any) -> None:
        """A further page, in the font that was chosen."""
        super().add_page(*arguments, **options)
        if self.font_family:
            self._pin()

    def _pin(self) -> None:
        """Write a blank in the chosen font.

        The first letters after a change of font make *their* font the page's: were they of a fallback, all that
        follows would be written with it, and digits would come out as other letters.
        """
        left, top = self.get_x(), self.get_y()
        self.cell(w=1, h=0, text=" ")
        self.set_xy(left, top)
