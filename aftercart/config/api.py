"""The API, version 1: every app's doors under one roof."""

from __future__ import annotations

from aftercart.catalog.api import router as products
from aftercart.catalog.stock_api import router as stock
from aftercart.claims.api import router as claims
from aftercart.customers.api import router as customers
from aftercart.customers.track_api import router as track
from aftercart.delivery.api import router as delivery
from aftercart.kernel.api.openapi import DocumentedAPI
from aftercart.kernel.api.parsing import StrictParser
from aftercart.kernel.api.problems import install
from aftercart.orders.api import router as orders
from aftercart.orders.api.changes import router as order_changes
from aftercart.stores.api import router as channels
from aftercart.stores.tokens import TokenAuth
from aftercart.tracking.api import router as parcels
from aftercart.tracking.scans_api import router as scans

api = DocumentedAPI(
    title="Aftercart",
    version="1.0.0",
    urls_namespace="api-v1",
    description=(
        "One customer, one journal. Amounts are integer minor units; times carry their offset; lists are paged "
        "by cursor; errors are problems (RFC 9457); a POST with an Idempotency-Key is done once."
    ),
    auth=TokenAuth(),
    docs_url=None,
    parser=StrictParser(),
)
install(api)
api.add_router("/channels", channels)
api.add_router("/customers", customers)
api.add_router("/products", products)
api.add_router("/orders", orders)
api.add_router("/delivery", delivery)
api.add_router("/claims", claims)
api.add_router("/orders", order_changes)
api.add_router("/stock", stock)
api.add_router("", parcels)
api.add_router("", scans)
api.add_router("", track)
