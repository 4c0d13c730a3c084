"""Addresses of guides: the code in the parcel, the public page, the order's own, and the desk."""

from django.urls import path, re_path

from aftercart.guides import desk, portal

urlpatterns = [
    path("g/<int:product_id>/", portal.of_product, name="guides-of-product"),
    path("guides/<slug:handle>/", portal.show, name="guide"),
    path("guides/<slug:handle>/outcome/", portal.outcome, name="guide-outcome"),
    path("guides/downloads/<int:part_id>/", portal.download, name="guide-download"),
    re_path(r"^guides/pictures/(?P<name>[0-9a-f]{32}\.jpg)$", portal.picture, name="guide-picture"),
    path("o/<str:token>/guides/<slug:handle>/", portal.show_for_order, name="order-guide"),
    path("o/<str:token>/guides/<slug:handle>/outcome/", portal.outcome_for_order, name="order-guide-outcome"),
    path("desk/guides/", desk.guides, name="desk-guides"),
    path("desk/guides/new/", desk.new_guide, name="desk-guide-new"),
    path("desk/guides/<int:guide_id>/", desk.guide, name="desk-guide"),
    path("desk/guides/<int:guide_id>/preview/", desk.preview, name="desk-guide-preview"),
    path("desk/guides/<int:guide_id>/publication/", desk.publication, name="desk-guide-publication"),
    path("desk/guides/<int:guide_id>/deletion/", desk.deletion, name="desk-guide-deletion"),
    path("desk/guides/codes/<int:product_id>/", desk.codes, name="desk-guide-codes"),
    path("desk/guides/codes/<int:product_id>/<str:kind>/", desk.code_file, name="desk-guide-code"),
]
