"""An order's documents on its pages."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext as _

from aftercart.kernel.ui.navigation import Place, add_place
from aftercart.kernel.ui.slots import Panel
from aftercart.orders.models import Order
from aftercart.orders.models.invoice import Invoice, InvoiceKind
from aftercart.orders.permissions import FROM_LOOKUP
from aftercart.orders.slots import desk_order_panels, portal_help_panels
from aftercart.stores.permissions import may


@portal_help_panels.fill(order=10)
def offer_documents(request: HttpRequest, order: Order) -> Panel | None:
    """The invoice and credit notes, for who came by a mail's link or a code."""
    if getattr(request, "trust", "") == FROM_LOOKUP and order.email_key:
        return None
    invoices = list(Invoice.objects.filter(order=order).defer("content").order_by("pk"))
    if not invoices:
        return None
    context = {"invoices": invoices, "token": getattr(request, "token", "")}
    return Panel(key="invoices", title=_("Invoice"), template="orders/invoices/portal.html", context=context)


@desk_order_panels.fill(order=60)
def documents_of_order(request: HttpRequest, order: Order) -> Panel | None:
    """The documents, and issuing them."""
    invoices = list(Invoice.objects.filter(order=order).defer("content").order_by("pk"))
    has_invoice = any(invoice.kind == InvoiceKind.INVOICE for invoice in invoices)
    lacks = order.refunds.filter(credit_note__isnull=True).exists() if has_invoice else True
    context = {
        "invoices": invoices,
        "order": order,
        "may_issue": may(request, "orders.pay") and order.state != "cancelled" and lacks,
    }
    return Panel(key="invoices", title="Invoice", template="orders/invoices/desk.html", context=context)


add_place(
    Place(
        label="Invoices",
        url_name="desk-invoices",
        icon="file-text",
        group="Set up",
        order=47,
        permission="settings.manage",
    )
)
