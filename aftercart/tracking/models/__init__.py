"""What tracking keeps, a file per thing."""

from aftercart.tracking.models.bench import Label, Pick, PickRun
from aftercart.tracking.models.parcel import (
    FINAL,
    CarrierService,
    CodeMeaning,
    Delay,
    Direction,
    Parcel,
    ParcelLine,
    ParcelQuerySet,
    Reason,
    Scan,
    ScanQuerySet,
    SilenceLimit,
    Status,
)

__all__ = [
    "FINAL",
    "CarrierService",
    "CodeMeaning",
    "Delay",
    "Direction",
    "Label",
    "Parcel",
    "ParcelLine",
    "ParcelQuerySet",
    "Pick",
    "PickRun",
    "Reason",
    "Scan",
    "ScanQuerySet",
    "SilenceLimit",
    "Status",
]
