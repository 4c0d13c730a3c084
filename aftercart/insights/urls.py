"""Addresses of the figures."""

from django.urls import path

from aftercart.insights import desk

urlpatterns = [
    path("desk/figures/", desk.show_figures, name="desk-figures"),
    path("desk/figures/board/", desk.show_board, name="desk-figures-board"),
    path("desk/figures/export/", desk.export_now, name="desk-figures-export"),
    path("desk/figures/tables/<slug:name>.parquet", desk.download_table, name="desk-figures-table"),
    path("desk/figures/<slug:key>/", desk.show_figure, name="desk-figure"),
    path("desk/figures/<slug:key>.csv", desk.download_figure, name="desk-figure-csv"),
]
