"""Addresses of the desk's import pages."""

from django.urls import path

from aftercart.connectors.desk import runs, setup

urlpatterns = [
    path("desk/imports/", runs.list_runs, name="desk-imports"),
    path("desk/imports/new/", setup.new_run, name="desk-imports-new"),
    path("desk/imports/<int:run_id>/", runs.show_run, name="desk-import"),
    path("desk/imports/<int:run_id>/setup/", setup.set_up, name="desk-import-setup"),
    path("desk/imports/<int:run_id>/preview/", setup.show_preview, name="desk-import-preview"),
    path("desk/imports/<int:run_id>/start/", setup.start_run, name="desk-import-start"),
    path("desk/imports/<int:run_id>/progress/", runs.show_progress, name="desk-import-progress"),
    path("desk/imports/<int:run_id>/rejects/", runs.download_rejects, name="desk-import-rejects"),
    path("desk/imports/<int:run_id>/undo/", runs.undo_run, name="desk-import-undo"),
    path("desk/imports/<int:run_id>/retry/", runs.retry_run, name="desk-import-retry"),
    path("desk/imports/<int:run_id>/discard/", runs.discard_run, name="desk-import-discard"),
]
