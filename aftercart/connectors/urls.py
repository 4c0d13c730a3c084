"""Addresses of the desk's import pages."""

from django.urls import path

from aftercart.connectors import desk

urlpatterns = [
    path("desk/imports/", desk.list_imports, name="desk-imports"),
    path("desk/imports/new/", desk.new_import, name="desk-imports-new"),
    path("desk/imports/<int:run_id>/", desk.show_import, name="desk-import"),
    path("desk/imports/<int:run_id>/rejects/", desk.rejects, name="desk-import-rejects"),
    path("desk/imports/<int:run_id>/undoing/", desk.undo, name="desk-import-undoing"),
]
