"""The only writers of conversations."""

from aftercart.helpdesk.actions.answer import answer_question
from aftercart.helpdesk.actions.ask import ask_question
from aftercart.helpdesk.actions.assign import assign_ticket
from aftercart.helpdesk.actions.close import close_ticket, reopen_ticket
from aftercart.helpdesk.actions.erase import erase_customer
from aftercart.helpdesk.actions.guide import ask_about_guide
from aftercart.helpdesk.actions.note import note_ticket

__all__ = [
    "answer_question",
    "ask_about_guide",
    "ask_question",
    "assign_ticket",
    "close_ticket",
    "erase_customer",
    "note_ticket",
    "reopen_ticket",
]
