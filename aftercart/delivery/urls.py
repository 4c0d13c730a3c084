"""Addresses of the desk's doors to delivery."""

from django.urls import path

from aftercart.delivery import desk

urlpatterns = [
    path("desk/settings/shipping/", desk.methods, name="desk-shipping"),
    path("desk/settings/shipping/<slug:slug>/<slug:key>/", desk.method, name="desk-shipping-method"),
    path(
        "desk/settings/shipping/<slug:slug>/<slug:key>/removal/", desk.removal, name="desk-shipping-removal"
    ),
    path("desk/promises/", desk.promises, name="desk-promises"),
]
