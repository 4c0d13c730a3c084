"""Set up > Invoices: each channel's tax number, footer, and whether invoices are issued by themselves."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from aftercart.kernel.paper.faces import scripts_without_font
from aftercart.orders.actions.invoice import save_invoice_settings
from aftercart.orders.models.invoice import InvoiceSettings
from aftercart.stores.permissions import StaffRequest, require, visible_channels

PERMISSION = "settings.manage"


class InvoiceSettingsForm(forms.Form):
    """A channel's settings."""

    is_automatic = forms.BooleanField(
        label="Issue an invoice as soon as an order is paid in full", required=False
    )
    tax_number = forms.CharField(label="VAT or tax number", max_length=60, required=False)
    footer = forms.CharField(label="Line at the end of each page", max_length=300, required=False)


@require_safe
@require(PERMISSION)
def list_channels(request: StaffRequest) -> HttpResponse:
    """The channels and how they write invoices."""
    channels = visible_channels(request.member).select_related("invoice_settings").order_by("name")
    context = {"channels": channels, "without_font": scripts_without_font()}
    return render(request, "orders/invoices/channels.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@require(PERMISSION)
def edit_channel(request: StaffRequest, slug: str) -> HttpResponse:
    """One channel's settings."""
    channel = get_object_or_404(visible_channels(request.member), slug=slug)
    known = InvoiceSettings.objects.filter(channel=channel).first()
    initial = {name: getattr(known, name) for name in InvoiceSettingsForm.base_fields} if known else {}
    form = InvoiceSettingsForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        save_invoice_settings(channel_id=channel.pk, **form.cleaned_data)
        messages.success(request, "Saved. Documents that were issued stay as they are.")
        return redirect("desk-invoices")
    status = 422 if form.errors else 200
    return render(request, "orders/invoices/channel.html", {"channel": channel, "form": form}, status=status)
