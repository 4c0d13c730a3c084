"""The only writers of parcels."""

from aftercart.tracking.actions.cancelling import cancel_parcel
from aftercart.tracking.actions.erasing import erase_customer
from aftercart.tracking.actions.looking import claim_looks, note_answer, note_trouble
from aftercart.tracking.actions.meaning import explain_code, forget_code
from aftercart.tracking.actions.packing import Box, pack_order
from aftercart.tracking.actions.picking import Started, end_run, start_run
from aftercart.tracking.actions.registering import register_parcel
from aftercart.tracking.actions.scanning import Heard, record_many, record_scan, record_scans
from aftercart.tracking.actions.settling import settle_due

__all__ = [
    "Box",
    "Heard",
    "Started",
    "cancel_parcel",
    "claim_looks",
    "end_run",
    "erase_customer",
    "explain_code",
    "forget_code",
    "note_answer",
    "note_trouble",
    "pack_order",
    "record_many",
    "record_scan",
    "record_scans",
    "register_parcel",
    "settle_due",
    "start_run",
]
