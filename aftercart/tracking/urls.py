"""Addresses of the desk's doors to parcels."""

from django.urls import path

from aftercart.tracking import delays_desk, desk, hooks

urlpatterns = [
    path("desk/delays/", delays_desk.list_delays, name="desk-delays"),
    path("desk/delays/marks/", delays_desk.mark, name="desk-delay-marks"),
    path("hooks/tracking/", hooks.told_by_webhook, name="hook-tracking"),
    path("hooks/aftership/", hooks.told_by_aftership, name="hook-aftership"),
    path("desk/orders/<int:order_id>/parcels/", desk.send, name="desk-order-parcels"),
    path("desk/parcels/<int:parcel_id>/scans/", desk.scan, name="desk-parcel-scans"),
]
