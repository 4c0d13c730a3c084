"""What shoppers do, under the names of Segment's e-commerce specification.

A tracked name need not be on this list; ``tracked("Quiz Finished")`` declares one more, so that
listeners can name it.
"""

from __future__ import annotations

import dataclasses
from typing import Any, Self

from aftercart.kernel.journal.events import Event, event, registry


@event
class Tracked(Event):
    """Something a shopper did, told by the shop. ``properties`` is what the shop sent, untouched.

    Who and where (customer, visitor, channel) stand in the columns of the entry: see ``Recorded``.
    """

    message_id: str
    properties: dict[str, Any] = dataclasses.field(default_factory=dict)
    kind: str = "track"

    @classmethod
    def from_facts(cls, facts: dict[str, Any]) -> Self:
        """Tracked facts are trusted as written: this is the busiest event of all."""
        return cls(
            message_id=facts.get("message_id", ""),
            properties=facts.get("properties") or {},
            kind=facts.get("kind", "track"),
        )


def tracked(name: str, label: str = "") -> type[Tracked]:
    """The event class of a tracked name, made at the first call.

    Raises:
        TypeError: when an event of another kind has the name.
    """
    known = registry.get(name)
    if known is None:
        made = type(name.title().replace(" ", ""), (Tracked,), {"name": name, "label": label or name})
        registry[name] = made
        return made
    if not issubclass(known, Tracked):
        raise TypeError(f"{name} is not a tracked event")
    return known


ProductsSearched = tracked("Products Searched")
ProductListViewed = tracked("Product List Viewed")
ProductListFiltered = tracked("Product List Filtered")
PromotionViewed = tracked("Promotion Viewed")
PromotionClicked = tracked("Promotion Clicked")
ProductClicked = tracked("Product Clicked")
ProductViewed = tracked("Product Viewed")
ProductAdded = tracked("Product Added")
ProductRemoved = tracked("Product Removed")
CartViewed = tracked("Cart Viewed")
CheckoutStarted = tracked("Checkout Started")
CheckoutStepViewed = tracked("Checkout Step Viewed")
CheckoutStepCompleted = tracked("Checkout Step Completed")
PaymentInfoEntered = tracked("Payment Info Entered")
OrderUpdated = tracked("Order Updated")
OrderCompleted = tracked("Order Completed")
OrderRefundedTracked = tracked("Order Refunded")
OrderCancelledTracked = tracked("Order Cancelled")
CouponEntered = tracked("Coupon Entered")
CouponApplied = tracked("Coupon Applied")
CouponDenied = tracked("Coupon Denied")
CouponRemoved = tracked("Coupon Removed")
ProductAddedToWishlist = tracked("Product Added to Wishlist")
ProductRemovedFromWishlist = tracked("Product Removed from Wishlist")
WishlistProductAddedToCart = tracked("Wishlist Product Added to Cart")
ProductShared = tracked("Product Shared")
CartShared = tracked("Cart Shared")
ProductReviewed = tracked("Product Reviewed")
PageViewed = tracked("Page Viewed")
CustomerIdentified = tracked("Customer Identified")

ECOMMERCE_NAMES = frozenset(
    name for name, kind in registry.items() if issubclass(kind, Tracked) and kind is not Tracked
) - {"Page Viewed", "Customer Identified"}
