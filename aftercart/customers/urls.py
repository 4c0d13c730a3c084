"""Addresses of the desk's pages about customers."""

from django.urls import include, path

from aftercart.customers import desk, desk_privacy

urlpatterns = [
    path("desk/customers/", desk.list_customers, name="desk-customers"),
    path("desk/customers/<int:customer_id>/", desk.show_customer, name="desk-customer"),
    path("desk/customers/<int:customer_id>/story/", desk.more_story, name="desk-customer-story"),
    path("desk/customers/<int:customer_id>/details/", desk.edit, name="desk-customer-details"),
    path(
        "desk/customers/<int:customer_id>/privacy/", desk_privacy.privacy_page, name="desk-customer-privacy"
    ),
    path("desk/customers/<int:customer_id>/exports/", desk_privacy.exports, name="desk-customer-exports"),
    path("desk/customers/<int:customer_id>/erasure/", desk_privacy.erasure, name="desk-customer-erasure"),
    path("desk/segments/", include("aftercart.customers.segment_urls")),
]
