"""Addresses of the desk's doors to parcels."""

from django.urls import path

from aftercart.tracking import desk

urlpatterns = [
    path("desk/orders/<int:order_id>/parcels/", desk.send, name="desk-order-parcels"),
    path("desk/parcels/<int:parcel_id>/scans/", desk.scan, name="desk-parcel-scans"),
]
