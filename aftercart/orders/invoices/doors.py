"""Downloads for the shopper and the desk, issuing on the desk, and the channel's settings."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST, require_safe

from aftercart.orders.actions.invoice import issue_credit_note, issue_invoice
from aftercart.orders.desk.reached import reached_order
from aftercart.orders.invoices.serving import download
from aftercart.orders.models.invoice import Invoice
from aftercart.orders.permissions import FROM_LOOKUP, ShopperRequest, with_order
from aftercart.orders.rules import Refused
from aftercart.stores.permissions import StaffRequest, require


@require_safe
@with_order
def shopper_download(request: ShopperRequest, invoice_id: int) -> HttpResponse:
    """The order's document. It has the billing address, which no parcel's label shows: not after a look-up."""
    if request.trust == FROM_LOOKUP and request.order.email_key:
        raise Http404
    return download(get_object_or_404(Invoice, order=request.order, pk=invoice_id))


@require_safe
@require("orders.view")
def desk_download(request: StaffRequest, order_id: int, invoice_id: int) -> HttpResponse:
    """The order's document."""
    order = reached_order(request, order_id)
    return download(get_object_or_404(Invoice, order=order, pk=invoice_id))


@require_POST
@require("orders.pay")
def issue(request: StaffRequest, order_id: int) -> HttpResponse:
    """Issue the order's invoice, and the credit notes of refunds that have none."""
    order = reached_order(request, order_id)
    try:
        invoice = issue_invoice(order_id=order.pk, actor=request.actor)
        for refund_id in order.refunds.filter(credit_note__isnull=True).values_list("pk", flat=True):
            issue_credit_note(refund_id=refund_id, actor=request.actor)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, f"{invoice.number} is issued.")
    return redirect("desk-order", order_id=order.pk)
