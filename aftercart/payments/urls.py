"""Addresses of payments: the providers' door, the sandbox's pages, the desk."""

from django.urls import path

from aftercart.payments import webhooks
from aftercart.payments.desk import accounts, transfers
from aftercart.payments.providers.sandbox import pages

urlpatterns = [
    path("webhooks/payments/<slug:provider>/", webhooks.hear, name="payment-webhook"),
    path("payments/sandbox/<str:reference>/", pages.pay, name="payment-sandbox"),
    path("desk/transfers/", transfers.transfers, name="desk-transfers"),
    path("desk/settings/payments/", accounts.accounts, name="desk-payments"),
    path(
        "desk/settings/payments/<slug:slug>/<slug:provider>/", accounts.account, name="desk-payment-account"
    ),
]
