"""Addresses of the desk's doors to parcels."""

from django.urls import path

from aftercart.tracking import carriers_desk, delays_desk, desk, hooks, parcels_desk
from aftercart.tracking.bench import desk as bench
from aftercart.tracking.bench import pack_desk, paper

urlpatterns = [
    path("desk/bench/", bench.queue, name="desk-bench"),
    path("desk/bench/views/", bench.keep_view, name="desk-bench-views"),
    path("desk/bench/views/<int:view_id>/", bench.drop_view, name="desk-bench-view"),
    path("desk/bench/runs/", bench.start, name="desk-bench-runs"),
    path("desk/bench/runs/<int:run_id>/", bench.run, name="desk-bench-run"),
    path("desk/bench/runs/<int:run_id>/end/", bench.end, name="desk-bench-run-end"),
    path("desk/bench/orders/<int:order_id>/", pack_desk.pack, name="desk-bench-order"),
    path("desk/bench/orders/<int:order_id>/slip/", paper.slip, name="desk-bench-slip"),
    path("desk/bench/slips/", paper.slips, name="desk-bench-slips"),
    path("desk/parcels/<int:parcel_id>/label/", paper.label, name="desk-parcel-label"),
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
