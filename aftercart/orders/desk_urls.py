"""Addresses of the desk's order pages."""

from django.urls import path

from aftercart.orders.desk import charges, doors, listing, page

urlpatterns = [
    path("desk/orders/", listing.list_orders, name="desk-orders"),
    path("desk/orders/export/", listing.export_orders, name="desk-orders-export"),
    path("desk/orders/views/", listing.keep_view, name="desk-orders-views"),
    path("desk/orders/views/<int:view_id>/", listing.drop_view, name="desk-orders-view"),
    path("desk/orders/<int:order_id>/", page.show_order, name="desk-order"),
    path("desk/orders/<int:order_id>/payments/", doors.pay, name="desk-order-payments"),
    path("desk/orders/<int:order_id>/refunds/", doors.refund, name="desk-order-refunds"),
    path("desk/orders/<int:order_id>/cancellation/", doors.cancel, name="desk-order-cancellation"),
    path(
        "desk/orders/<int:order_id>/charges/<int:charge_id>/receipts/",
        charges.receive,
        name="desk-charge-receipts",
    ),
    path(
        "desk/orders/<int:order_id>/charges/<int:charge_id>/checks/", charges.check, name="desk-charge-checks"
    ),
    path(
        "desk/orders/<int:order_id>/transfers/<int:refund_id>/", charges.transfer, name="desk-refund-transfer"
    ),
    path("desk/orders/<int:order_id>/notes/", doors.note, name="desk-order-notes"),
    path("desk/orders/<int:order_id>/confirmation/", doors.resend, name="desk-order-confirmation"),
]
