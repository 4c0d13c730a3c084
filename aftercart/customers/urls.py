"""Addresses of the desk's pages about customers."""

from django.urls import path

from aftercart.customers import desk_privacy

urlpatterns = [
    path(
        "desk/customers/<int:customer_id>/privacy/", desk_privacy.privacy_page, name="desk-customer-privacy"
    ),
    path("desk/customers/<int:customer_id>/exports/", desk_privacy.exports, name="desk-customer-exports"),
    path("desk/customers/<int:customer_id>/erasure/", desk_privacy.erasure, name="desk-customer-erasure"),
]
