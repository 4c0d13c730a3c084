"""The only writers of the catalogue, a file per thing."""

from aftercart.catalog.actions.products import VariantDraft, save_product

__all__ = ["VariantDraft", "save_product"]
