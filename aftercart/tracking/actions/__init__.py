"""The only writers of parcels."""

from aftercart.tracking.actions.cancelling import cancel_parcel
from aftercart.tracking.actions.erasing import erase_customer
from aftercart.tracking.actions.looking import claim_looks, note_answer, note_trouble
from aftercart.tracking.actions.meaning import explain_code, forget_code
from aftercart.tracking.actions.registering import register_parcel
from aftercart.tracking.actions.scanning import Heard, record_many, record_scan, record_scans
from aftercart.tracking.actions.settling import settle_due

__all__ = [
    "Heard",
    "cancel_parcel",
    "claim_looks",
    "erase_customer",
    "explain_code",
    "forget_code",
    "note_answer",
    "note_trouble",
    "record_many",
    "record_scan",
    "record_scans",
    "register_parcel",
    "settle_due",
]
