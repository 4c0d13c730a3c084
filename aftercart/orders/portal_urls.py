"""Addresses of the shopper's order pages."""

from django.urls import path

from aftercart.orders import portal, portal_code, portal_payment
from aftercart.orders.changes import portal as changes
from aftercart.orders.invoices import doors as invoices

urlpatterns = [
    path("orders/find/", portal.look_up, name="order-lookup"),
    path("orders/find/code/", portal_code.ask, name="order-code"),
    path("orders/find/code/check/", portal_code.check, name="order-code-check"),
    path("orders/mine/<str:token>/", portal_code.my_orders, name="my-orders"),
    path("o/<str:token>/confirmation/", portal.resend, name="order-confirmation"),
    path("o/<str:token>/payment/", portal_payment.pay, name="order-payment"),
    path("o/<str:token>/payment/<int:charge_id>/", portal_payment.come_back, name="order-payment-return"),
    path("o/<str:token>/changes/", changes.overview, name="order-changes"),
    path("o/<str:token>/changes/<int:change_id>/", changes.show_change, name="order-change"),
    path(
        "o/<str:token>/changes/<int:change_id>/withdrawal/", changes.withdraw, name="order-change-withdrawal"
    ),
    path("o/<str:token>/changes/<int:change_id>/undoing/", changes.undo, name="order-change-undoing"),
    path("o/<str:token>/changes/<slug:kind>/", changes.ask, name="order-change-new"),
    path("o/<str:token>/invoices/<int:invoice_id>/", invoices.shopper_download, name="order-invoice"),
    path("o/<str:token>/", portal.show_order, name="order-page"),
]
