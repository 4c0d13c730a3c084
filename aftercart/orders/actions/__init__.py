"""The only writers of orders, a file per verb."""

from aftercart.orders.actions.apply_change import approve_change
from aftercart.orders.actions.ask_change import ask_change, undo_change
from aftercart.orders.actions.ask_refund import approve_refund, ask_refund, limit_refunds, refuse_refund
from aftercart.orders.actions.cancel import cancel_order
from aftercart.orders.actions.charge import PayPage, charge_difference, pay_order
from aftercart.orders.actions.code import ask_lookup_code, send_lookup_code
from aftercart.orders.actions.confirm import confirm_order, resend_confirmation
from aftercart.orders.actions.end_change import expire_changes, refuse_change, withdraw_change
from aftercart.orders.actions.erase import erase_customer
from aftercart.orders.actions.fulfil import fulfil_order
from aftercart.orders.actions.give_back import GivenBack, give_back
from aftercart.orders.actions.hold import hold_order, release_order
from aftercart.orders.actions.note import note_order
from aftercart.orders.actions.pay import record_payment, record_payment_failure
from aftercart.orders.actions.place import LineDraft, OrderDraft, place_order
from aftercart.orders.actions.policy import save_change_policy
from aftercart.orders.actions.refund import refund_order
from aftercart.orders.actions.settle import take_payment, take_refund, take_refund_failure
from aftercart.orders.actions.tag import tag_order

__all__ = [
    "GivenBack",
    "LineDraft",
    "OrderDraft",
    "PayPage",
    "approve_change",
    "approve_refund",
    "ask_change",
    "ask_lookup_code",
    "ask_refund",
    "cancel_order",
    "charge_difference",
    "confirm_order",
    "erase_customer",
    "expire_changes",
    "fulfil_order",
    "give_back",
    "hold_order",
    "limit_refunds",
    "note_order",
    "pay_order",
    "place_order",
    "record_payment",
    "record_payment_failure",
    "refund_order",
    "refuse_change",
    "refuse_refund",
    "release_order",
    "resend_confirmation",
    "save_change_policy",
    "send_lookup_code",
    "tag_order",
    "take_payment",
    "take_refund",
    "take_refund_failure",
    "undo_change",
    "withdraw_change",
]
