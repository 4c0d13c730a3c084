"""A document's content as a PDF page: the same content gives the same bytes."""

from __future__ import annotations

from datetime import datetime

from fpdf.enums import Align, MethodReturnValue, XPos, YPos

from aftercart.kernel.paper.sheet import Sheet
from aftercart.orders.invoices.content import Content

MARGIN = 20.0  # millimetres
WIDTHS = (94.0, 20.0, 28.0, 28.0)
LINE = (214, 210, 201)


class _Page(Sheet):
    """A4 with the number at each page's end."""

    def __init__(self, content: Content) -> None:
        super().__init__(
            size="A4",
            title=f"{content['title']} {content['number']}",
            language=content["language"],
            made_at=datetime.fromisoformat(content["issued_at"]),
        )
        self.content = content
        self.set_margins(MARGIN, MARGIN)
        self.set_auto_page_break(auto=True, margin=25)

    def footer(self) -> None:
        """The seller's line and the page's number."""
        self.set_y(-18)
        self.write_in(8, soft=True)
        words = " · ".join(part for part in (self.content["footer"], self.content["number"]) if part)
        self.cell(w=self.epw - 20, h=5, text=words)
        self.cell(w=20, h=5, text=f"{self.page_no()} / {{nb}}", align=Align.R)


def render_pdf(content: Content) -> bytes:
    """The PDF of a document's content."""
    page = _Page(content)
    page.add_page()
    _head(page, content)
    _table(page, content)
    _sums(page, content)
    _notes(page, content)
    return bytes(page.output())


def _head(page: _Page, content: Content) -> None:
    page.write_in(22, bold=True)
    page.cell(w=0, h=12, text=content["title"], new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    page.ln(4)
    top = page.get_y()
    bottom = _block(page, MARGIN, top, content["seller_label"], content["seller"])
    bottom = max(bottom, _block(page, MARGIN + 90, top, content["buyer_label"], content["buyer"]))
    if content["ship_to"]:
        bottom = _block(page, MARGIN + 90, bottom + 3, content["ship_to_label"], content["ship_to"])
    page.set_y(bottom + 6)
    for label, value in content["meta"]:
        page.write_in(9, soft=True)
        page.cell(w=45, h=5.5, text=label)
        page.write_in(9)
        page.cell(w=0, h=5.5, text=value, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    page.ln(6)


def _block(page: _Page, left: float, top: float, label: str, lines: list[str]) -> float:
    """A labelled address; gives where it ends."""
    page.set_xy(left, top)
    page.write_in(8, soft=True)
    page.cell(w=80, h=5, text=label)
    page.write_in(10)
    page.set_xy(left, top + 5)
    for line in lines:
        page.set_x(left)
        page.multi_cell(w=80, h=5, text=line, align=Align.L, new_x=XPos.LEFT, new_y=YPos.NEXT)
    return page.get_y()


def _table(page: _Page, content: Content) -> None:
    page.write_in(8, soft=True)
    _cells(page, content["headers"], 6)
    _rule(page)
    page.write_in(10)
    for row in content["rows"]:
        height = 5.0 * _lines_of(page, row[0])
        if page.will_page_break(height + 4):
            page.add_page()
        top = page.get_y() + 2
        page.set_xy(MARGIN, top)
        page.multi_cell(w=WIDTHS[0], h=5, text=row[0], align=Align.L)
        page.set_xy(MARGIN + WIDTHS[0], top)
        for words, width in zip(row[1:], WIDTHS[1:], strict=True):
            page.cell(w=width, h=5, text=words, align=Align.R)
        page.set_xy(MARGIN, top + height + 2)
        _rule(page)


def _lines_of(page: _Page, words: str) -> int:
    """Over how many lines the first column's words go."""
    found = page.multi_cell(w=WIDTHS[0], h=5, text=words, dry_run=True, output=MethodReturnValue.LINES)
    return len(found) if isinstance(found, list) else 1


def _cells(page: _Page, words: list[str], height: float) -> None:
    for number, (text, width) in enumerate(zip(words, WIDTHS, strict=True)):
        page.cell(w=width, h=height, text=text, align=Align.R if number else Align.L)
    page.ln(height)


def _rule(page: _Page) -> None:
    page.set_draw_color(*LINE)
    page.line(MARGIN, page.get_y(), MARGIN + sum(WIDTHS), page.get_y())


def _sums(page: _Page, content: Content) -> None:
    page.ln(3)
    for label, amount, style in content["totals"]:
        page.write_in(12 if style else 10, bold=bool(style))
        page.cell(w=sum(WIDTHS[:3]), h=7, text=label, align=Align.R)
        page.cell(w=WIDTHS[3], h=7, text=amount, align=Align.R, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    page.ln(3)
    page.write_in(9, soft=True)
    for label, net, tax in content["vat"]:
        page.cell(w=sum(WIDTHS[:2]), h=5.5, text=label, align=Align.R)
        page.cell(w=WIDTHS[2], h=5.5, text=net, align=Align.R)
        page.cell(w=WIDTHS[3], h=5.5, text=tax, align=Align.R, new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def _notes(page: _Page, content: Content) -> None:
    page.ln(2)
    page.write_in(9, soft=True)
    for note in (content["vat_note"], *content["notes"]):
        if note:
            page.multi_cell(w=0, h=5, text=note, align=Align.L, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
