"""Addresses of the design system."""

from django.urls import path, re_path

from aftercart.kernel.ui import views

urlpatterns = [
    path("desk/ui/", views.style_page, name="desk-ui"),
    re_path(r"^ui/accent/(?P<colour>[0-9a-f]{6})\.css$", views.accent, name="ui-accent"),
]
