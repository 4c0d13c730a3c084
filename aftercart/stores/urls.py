"""Addresses of the desk's general pages."""

from django.urls import path
from django.views.generic import RedirectView

from aftercart.stores.desk import home, invitations, journal, settings, system, team

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="order-lookup"), name="front"),
    path("desk/", home.home, name="desk-home"),
    path("desk/search/", home.search, name="desk-search"),
    path("desk/journal/", journal.entries, name="desk-journal"),
    path("desk/journal/listeners/", journal.listeners, name="desk-journal-listeners"),
    path("desk/journal/listeners/replays/", journal.replay, name="desk-journal-replays"),
    path("desk/journal/letters/", journal.letters, name="desk-journal-letters"),
    path("desk/journal/letters/retries/", journal.retry, name="desk-journal-retries"),
    path("desk/system/", system.overview, name="desk-system"),
    path("desk/system/jobs/<int:job_id>/", system.job, name="desk-job"),
    path("desk/system/outbox/", system.effects, name="desk-outbox"),
    path("desk/system/outbox/<int:effect_id>/", system.effect, name="desk-effect"),
    path("desk/system/outbox/<int:effect_id>/tries/", system.act_on_effect, name="desk-effect-tries"),
    path("desk/team/", team.team, name="desk-team"),
    path("desk/team/invitations/", invitations.invite, name="desk-team-invitations"),
    path(
        "desk/team/invitations/<int:invitation_id>/revocation/",
        invitations.revoke,
        name="desk-team-invitation-revocation",
    ),
    path("desk/team/<int:member_id>/", team.change, name="desk-team-member"),
    path("desk/team/<int:member_id>/departure/", team.leave, name="desk-team-departure"),
    path("join/<str:token>/", invitations.join, name="team-join"),
    path("desk/settings/", settings.merchant, name="desk-settings"),
    path("desk/settings/channels/<slug:slug>/", settings.channel, name="desk-channel"),
    path("desk/settings/tokens/", settings.tokens, name="desk-tokens"),
    path("desk/settings/tokens/new/", settings.add_token, name="desk-tokens-new"),
    path(
        "desk/settings/tokens/<int:token_id>/revocation/", settings.drop_token, name="desk-token-revocation"
    ),
]
