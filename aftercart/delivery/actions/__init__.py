"""The only writers of delivery: methods and zones, promises given, ways observed, what they teach."""

from aftercart.delivery.actions.learning import learn_deliveries
from aftercart.delivery.actions.methods import ZoneDraft, remove_method, save_method
from aftercart.delivery.actions.promising import keep_promise
from aftercart.delivery.actions.transits import Way, record_transit, record_transits

__all__ = [
    "Way",
    "ZoneDraft",
    "keep_promise",
    "learn_deliveries",
    "record_transit",
    "record_transits",
    "remove_method",
    "save_method",
]
