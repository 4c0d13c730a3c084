"""Nothing here leads to a person: days, carriers and regions, kept for the figures."""

from __future__ import annotations

from aftercart.kernel.privacy.registry import Table, Treatment, personal_data

NAMES_NOBODY = "days between places; names nobody"
RETENTION = "kept for the figures"

personal_data(
    app="delivery",
    tables=[
        Table(model=f"delivery.{model}", treatment=Treatment.KEPT, retention=RETENTION, reason=NAMES_NOBODY)
        for model in ("Transit", "GivenPromise")
    ],
)
