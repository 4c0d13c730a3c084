"""The only writers of the catalogue, a file per thing."""

from aftercart.catalog.actions.products import VariantDraft, save_product
from aftercart.catalog.actions.stock import OutOfStock, StockRefused, adjust, commit, release, reserve

__all__ = [
    "OutOfStock",
    "StockRefused",
    "VariantDraft",
    "adjust",
    "commit",
    "release",
    "reserve",
    "save_product",
]
