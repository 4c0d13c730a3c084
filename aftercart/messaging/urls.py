"""Addresses of messages: the desk's editor, and what providers of text messages call."""

from django.urls import path

from aftercart.messaging import hooks
from aftercart.messaging.desk import editor, listing, sent

urlpatterns = [
    path("webhooks/twilio/status/", hooks.told_status, name="twilio-status"),
    path("webhooks/twilio/inbound/", hooks.told_text, name="twilio-inbound"),
    path("desk/messages/", listing.kinds, name="desk-messages"),
    path("desk/messages/texts/", listing.texts, name="desk-messages-texts"),
    path("desk/messages/sent/<int:effect_id>/", sent.sent, name="desk-message-sent"),
    path("desk/messages/sent/<int:effect_id>/frame/", sent.sent_frame, name="desk-message-sent-frame"),
    path("desk/messages/sent/<int:effect_id>/again/", sent.again, name="desk-message-again"),
    path("desk/messages/<slug:kind>/", editor.edit, name="desk-message"),
    path("desk/messages/<slug:kind>/switch/", listing.switching, name="desk-message-switch"),
    path("desk/messages/<slug:kind>/preview/", editor.preview, name="desk-message-preview"),
    path("desk/messages/<slug:kind>/frame/", editor.frame, name="desk-message-frame"),
    path("desk/messages/<slug:kind>/test/", editor.test, name="desk-message-test"),
    path("desk/messages/<slug:kind>/reset/", editor.reset, name="desk-message-reset"),
    path(
        "desk/messages/<slug:kind>/versions/<int:edition_id>/restoration/",
        editor.restoration,
        name="desk-message-restoration",
    ),
]
