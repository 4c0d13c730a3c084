"""The only writers of charges and refunds, a file per verb."""

from aftercart.payments.actions.accounts import save_account
from aftercart.payments.actions.apply import apply_event
from aftercart.payments.actions.cancel import cancel_charge
from aftercart.payments.actions.capture import capture_charge
from aftercart.payments.actions.erase import erase_customer, forget_raw_events
from aftercart.payments.actions.manual import mark_received, mark_refund_sent
from aftercart.payments.actions.reconcile import reconcile, sync_charge
from aftercart.payments.actions.refund import request_refund
from aftercart.payments.actions.start import ChargeDraft, open_charge, place_charge, start_charge

__all__ = [
    "ChargeDraft",
    "apply_event",
    "cancel_charge",
    "capture_charge",
    "erase_customer",
    "forget_raw_events",
    "mark_received",
    "mark_refund_sent",
    "open_charge",
    "place_charge",
    "reconcile",
    "request_refund",
    "save_account",
    "start_charge",
    "sync_charge",
]
