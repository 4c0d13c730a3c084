"""Addresses of the desk's pages about segments."""

from django.urls import path

from aftercart.customers import desk_segments as desk

urlpatterns = [
    path("", desk.segments, name="desk-segments"),
    path("new/", desk.new_segment, name="desk-segment-new"),
    path("preview/", desk.rule_preview, name="desk-segment-preview"),
    path("people/", desk.matching_people, name="desk-segment-people"),
    path("<int:segment_id>/", desk.show_segment, name="desk-segment"),
    path("<int:segment_id>/count/", desk.segment_count, name="desk-segment-count"),
    path("<int:segment_id>/deletion/", desk.deletion, name="desk-segment-deletion"),
    path("<int:segment_id>/people/<int:customer_id>/", desk.membership, name="desk-segment-member"),
]
