"""Whose tracking number is this, and where does its carrier show the parcel?"""

from aftercart.tracking.numbers.carriers import Carrier, carrier_named, carriers
from aftercart.tracking.numbers.pages import tracking_page
from aftercart.tracking.numbers.recognising import Candidate, carrier_of, recognise, tidy

__all__ = [
    "Candidate",
    "Carrier",
    "carrier_named",
    "carrier_of",
    "carriers",
    "recognise",
    "tidy",
    "tracking_page",
]
