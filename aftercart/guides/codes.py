"""The code in the parcel: it leads to the product's guide, in whatever language the phone speaks.

A code names the product, not a guide, so cards printed today lead to the guide written tomorrow.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from html import escape

import qrcode
from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from PIL import Image
from qrcode.constants import ERROR_CORRECT_M

from aftercart.kernel.paper.sheet import Sheet

CARD = (85.0, 55.0)  # millimetres
QUIET = 4  # modules of white around a code, as ISO/IEC 18004 asks for
KINDS = {
    "svg": ("Code as SVG", "image/svg+xml"),
    "png": ("Code as PNG", "image/png"),
    "card-svg": ("Card as SVG", "image/svg+xml"),
    "card-pdf": ("Card as PDF", "application/pdf"),
}


def address_of(product_id: int) -> str:
    """What the code says."""
    return f"{settings.BASE_URL}{reverse('guides-of-product', args=[product_id])}"


def code(kind: str, *, product_id: int, title: str, language: str) -> tuple[bytes, str]:
    """A file of one of :data:`KINDS` and its media type."""
    modules = _modules(address_of(product_id))
    makers: dict[str, Callable[[], bytes]] = {
        "svg": lambda: _svg(modules).encode(),
        "png": lambda: _png(modules),
        "card-svg": lambda: _card(modules, title, language).encode(),
        "card-pdf": lambda: _card_pdf(modules, title, language),
    }
    return makers[kind](), KINDS[kind][1]


def _modules(text: str) -> list[list[bool]]:
    made = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=QUIET)
    made.add_data(text)
    made.make(fit=True)
    return [[bool(module) for module in row] for row in made.get_matrix()]


def _path(modules: list[list[bool]]) -> str:
    """The dark modules as one path, a run of a row at a time."""
    runs = []
    for y, row in enumerate(modules):
        x = 0
        while x < len(row):
            length = next((n for n, dark in enumerate(row[x:]) if not dark), len(row) - x)
            if length:
                runs.append(f"M{x} {y}h{length}v1h-{length}z")
            x += max(1, length)
    return "".join(runs)


def _svg(modules: list[list[bool]]) -> str:
    side = len(modules)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" shape-rendering="crispEdges">'
        f'<path fill="#fff" d="M0 0h{side}v{side}H0z"/><path d="{_path(modules)}"/></svg>'
    )


def _png(modules: list[list[bool]], scale: int = 16) -> bytes:
    side = len(modules)
    picture = Image.new("1", (side, side), 1)
    picture.putdata([0 if dark else 1 for row in modules for dark in row])
    out = io.BytesIO()
    picture.resize((side * scale, side * scale), Image.Resampling.NEAREST).save(out, "PNG", optimize=True)
    return out.getvalue()


def words_of(language: str) -> tuple[str, str]:
    """What a card says above and below the code."""
    with translation.override(language):
        return _("How to set it up"), _("Point your phone's camera here.")


def _card(modules: list[list[bool]], title: str, language: str) -> str:
    """A card of 85 by 55 mm: words at the left, the code at the right."""
    side, (above, below) = len(modules), words_of(language)
    lines = _wrapped(title, 16)[:3]
    spans = "".join(
        f'<tspan x="6" dy="{0 if n == 0 else 6}">{escape(line)}</tspan>' for n, line in enumerate(lines)
    )
    family = "font-family=\"system-ui, 'Noto Sans', 'Noto Sans JP', 'Noto Sans Thai', sans-serif\""
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="85mm" height="55mm" viewBox="0 0 85 55">'
        '<rect width="85" height="55" rx="3" fill="#fff" stroke="#d4d4d4" stroke-width=".3"/>'
        f'<g {family} fill="#1c1917"><text x="6" y="14" font-size="3.4" fill="#57534e">{escape(above)}</text>'
        f'<text x="6" y="22" font-size="4.6" font-weight="600">{spans}</text>'
        f'<text x="6" y="48" font-size="2.8" fill="#57534e">{escape(below)}</text></g>'
        f'<svg x="49" y="11" width="33" height="33" viewBox="0 0 {side} {side}" shape-rendering="crispEdges">'
        f'<path d="{_path(modules)}"/></svg></svg>'
    )


def _card_pdf(modules: list[list[bool]], title: str, language: str) -> bytes:
    """The same card as a page of its size, drawn as vectors, with the fonts in it."""
    (above, below), side = words_of(language), len(modules)
    sheet = Sheet(size=CARD, title=title, language=language)
    sheet.set_auto_page_break(auto=False)
    sheet.add_page()
    for top, size, is_bold, lines in (
        (10, 9, False, [above]),
        (16, 12, True, _wrapped(title, 16)[:3]),
        (45, 8, False, [below]),
    ):
        sheet.write_in(size, bold=is_bold, soft=not is_bold)
        for number, line in enumerate(lines):
            sheet.set_xy(5, top + 6 * number)
            sheet.cell(w=44, h=5, text=line)
    sheet.set_fill_color(0)
    unit = 33 / side
    for y, row in enumerate(modules):
        for x, dark in enumerate(row):
            if dark:
                sheet.rect(49 + x * unit, 11 + y * unit, unit * 1.02, unit * 1.02, style="F")
    return bytes(sheet.output())


def _wrapped(text: str, width: int) -> list[str]:
    """Lines of about ``width`` letters; scripts without spaces break anywhere."""
    lines = [""]
    for word in text.split() or [""]:
        for piece in [word[i : i + width] for i in range(0, len(word), width)]:
            if lines[-1] and len(lines[-1]) + 1 + len(piece) > width:
                lines.append(piece)
            else:
                lines[-1] = f"{lines[-1]} {piece}".strip()
    return lines
