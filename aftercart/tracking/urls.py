"""Addresses of the desk's doors to parcels."""

from django.urls import path

from aftercart.tracking import carriers_desk, delays_desk, desk, hooks, parcels_desk

urlpatterns = [
    path("desk/delays/", delays_desk.list_delays, name="desk-delays"),
    path("desk/delays/marks/", delays_desk.mark, name="desk-delay-marks"),
    path("hooks/tracking/", hooks.told_by_webhook, name="hook-tracking"),
    path("hooks/aftership/", hooks.told_by_aftership, name="hook-aftership"),
    path("desk/orders/<int:order_id>/parcels/", desk.send, name="desk-order-parcels"),
    path("desk/parcels/", parcels_desk.list_parcels, name="desk-parcels"),
    path("desk/parcels/views/", parcels_desk.keep_view, name="desk-parcels-views"),
    path("desk/parcels/views/<int:view_id>/", parcels_desk.drop_view, name="desk-parcels-view"),
    path("desk/parcels/file/", carriers_desk.file, name="desk-parcels-file"),
    path("desk/carriers/", carriers_desk.overview, name="desk-carriers"),
    path("desk/carriers/codes/", carriers_desk.meaning, name="desk-carriers-codes"),
    path("desk/parcels/<int:parcel_id>/cancellation/", desk.cancel, name="desk-parcel-cancellation"),
    path("desk/parcels/<int:parcel_id>/scans/", desk.scan, name="desk-parcel-scans"),
]
