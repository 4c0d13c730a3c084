"""Addresses of conversations: the shopper's form, and the desk's inbox."""

from django.urls import path

from aftercart.helpdesk import desk, portal

urlpatterns = [
    path("o/<str:token>/questions/", portal.ask, name="order-questions"),
    path("desk/questions/", desk.inbox, name="desk-questions"),
    path("desk/questions/<int:ticket_id>/", desk.show_question, name="desk-question"),
    path("desk/questions/<int:ticket_id>/answer/", desk.answer, name="desk-question-answer"),
    path("desk/questions/<int:ticket_id>/note/", desk.note, name="desk-question-note"),
    path("desk/questions/<int:ticket_id>/assignee/", desk.assign, name="desk-question-assignee"),
    path("desk/questions/<int:ticket_id>/state/", desk.set_state, name="desk-question-state"),
]
