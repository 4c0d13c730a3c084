"""Addresses of the shopper's order pages."""

from django.urls import path

from aftercart.orders import portal

urlpatterns = [
    path("orders/find/", portal.look_up, name="order-lookup"),
    path("o/<str:token>/confirmation/", portal.resend, name="order-confirmation"),
    path("o/<str:token>/", portal.show_order, name="order-page"),
]
