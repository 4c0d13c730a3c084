"""Addresses of the desk's order pages."""

from django.urls import path

from aftercart.orders.changes import desk as changes
from aftercart.orders.changes import desk_policy
from aftercart.orders.desk import bulk, charges, doors, listing, page
from aftercart.orders.invoices import doors as invoices
from aftercart.orders.invoices import setup
from aftercart.orders.refunds import desk as refunds

urlpatterns = [
    path("desk/orders/", listing.list_orders, name="desk-orders"),
    path("desk/orders/bulk/", bulk.act_on_many, name="desk-orders-bulk"),
    path("desk/orders/export/", listing.export_orders, name="desk-orders-export"),
    path("desk/orders/views/", listing.keep_view, name="desk-orders-views"),
    path("desk/orders/views/<int:view_id>/", listing.drop_view, name="desk-orders-view"),
    path("desk/orders/<int:order_id>/", page.show_order, name="desk-order"),
    path("desk/refunds/", refunds.list_requests, name="desk-refunds"),
    path("desk/refunds/<int:request_id>/approval/", refunds.approve, name="desk-refund-approval"),
    path("desk/refunds/<int:request_id>/refusal/", refunds.refuse, name="desk-refund-refusal"),
    path("desk/refund-limits/", refunds.limits, name="desk-refund-limits"),
    path("desk/changes/", changes.list_changes, name="desk-changes"),
    path("desk/changes/<int:change_id>/approval/", changes.approve, name="desk-change-approval"),
    path("desk/changes/<int:change_id>/refusal/", changes.refuse, name="desk-change-refusal"),
    path("desk/changes/<int:change_id>/undoing/", changes.undo, name="desk-change-undoing"),
    path("desk/order-changes/", desk_policy.order_changes, name="desk-order-changes"),
    path("desk/order-changes/preview/", desk_policy.rule_preview, name="desk-order-changes-preview"),
    path("desk/orders/<int:order_id>/hold/", changes.hold, name="desk-order-hold"),
    path("desk/orders/<int:order_id>/release/", changes.release, name="desk-order-release"),
    path("desk/orders/<int:order_id>/changes/<slug:kind>/", changes.ask, name="desk-order-change"),
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
    path("desk/invoices/", setup.list_channels, name="desk-invoices"),
    path("desk/invoices/<slug:slug>/", setup.edit_channel, name="desk-invoices-channel"),
    path("desk/orders/<int:order_id>/invoices/", invoices.issue, name="desk-order-invoices"),
    path(
        "desk/orders/<int:order_id>/invoices/<int:invoice_id>/",
        invoices.desk_download,
        name="desk-order-invoice",
    ),
    path("desk/orders/<int:order_id>/notes/", doors.note, name="desk-order-notes"),
    path("desk/orders/<int:order_id>/confirmation/", doors.resend, name="desk-order-confirmation"),
]
