"""Addresses of problems: the shopper's report, and the desk's list, page and policy."""

from django.urls import path

from aftercart.claims import desk, desk_policy, portal

urlpatterns = [
    path("o/<str:token>/problem/", portal.choose, name="order-problem"),
    path("o/<str:token>/problem/reports/<int:claim_id>/", portal.show_report, name="order-problem-report"),
    path("o/<str:token>/problem/photos/<str:name>/", portal.show_photo, name="order-problem-photo"),
    path("o/<str:token>/problem/<slug:kind>/", portal.report, name="order-problem-form"),
    path("desk/problems/", desk.list_claims, name="desk-claims"),
    path("desk/problems/views/", desk.keep_view, name="desk-claims-views"),
    path("desk/problems/views/<int:view_id>/", desk.drop_view, name="desk-claims-view"),
    path("desk/problems/policy/", desk_policy.show_policy, name="desk-claim-policy"),
    path("desk/problems/policy/new/", desk_policy.new_rule, name="desk-claim-policy-new"),
    path("desk/problems/policy/preview/", desk_policy.preview_rule, name="desk-claim-policy-preview"),
    path("desk/problems/policy/<int:position>/", desk_policy.edit_rule, name="desk-claim-policy-rule"),
    path("desk/problems/policy/<int:position>/place/", desk_policy.move_rule, name="desk-claim-policy-place"),
    path("desk/problems/<int:claim_id>/", desk.show_claim, name="desk-claim"),
    path("desk/problems/<int:claim_id>/photos/<str:name>/", desk.show_photo, name="desk-claim-photo"),
    path("desk/problems/<int:claim_id>/decision/", desk.decide, name="desk-claim-decision"),
    path("desk/problems/<int:claim_id>/settlement/", desk.settle, name="desk-claim-settlement"),
    path("desk/problems/<int:claim_id>/notes/", desk.note, name="desk-claim-note"),
]
