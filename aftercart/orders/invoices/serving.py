"""A document as a download: drawn from its frozen content, after its digest was checked."""

from __future__ import annotations

from django.http import HttpResponse

from aftercart.orders.invoices.content import digest_of
from aftercart.orders.invoices.pdf import render_pdf
from aftercart.orders.models.invoice import Invoice


class TamperedDocument(Exception):
    """A document's content is not what was issued: somebody wrote into the database."""


def pdf_of(invoice: Invoice) -> bytes:
    """The document's PDF.

    Raises:
        TamperedDocument: when its content does not have the digest it was issued with.
    """
    if digest_of(invoice.content) != invoice.digest:
        raise TamperedDocument(f"{invoice.number} was changed after it was issued")
    return render_pdf(invoice.content)


def download(invoice: Invoice) -> HttpResponse:
    """The PDF as an attachment that no cache keeps."""
    answer = HttpResponse(pdf_of(invoice), content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="{invoice.number}.pdf"'
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer
