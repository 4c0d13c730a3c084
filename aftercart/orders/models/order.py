"""Orders: what was bought, what was paid, what went out, what came back, constrained in the database.

Money columns are integer minor units of the order's ``currency``.
"""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import F, Q

from aftercart.catalog.models import Variant
from aftercart.customers.models import Customer
from aftercart.stores.models import Channel


class State(models.TextChoices):
    OPEN = "open", "Open"
    COMPLETED = "completed", "Completed"
    CANCELLED = "cancelled", "Cancelled"


class PaymentState(models.TextChoices):
    PENDING = "pending", "Payment pending"
    PARTLY_PAID = "partly_paid", "Partly paid"
    PAID = "paid", "Paid"
    PARTLY_REFUNDED = "partly_refunded", "Partly refunded"
    REFUNDED = "refunded", "Refunded"
    FAILED = "failed", "Payment failed"


class FulfilmentState(models.TextChoices):
    UNFULFILLED = "unfulfilled", "Not sent"
    PARTIAL = "partial", "Partly sent"
    FULFILLED = "fulfilled", "Sent"


class OrderQuerySet(models.QuerySet["Order"]):
    def for_list(self) -> OrderQuerySet:
        """What a list of orders needs, without a query per row."""
        return self.select_related("channel", "customer")

    def held(self, now: datetime) -> OrderQuerySet:
        """Those of which nothing may be sent yet: in their change window, or held by hand."""
        return self.filter(Q(held_until__gt=now) | ~Q(hold_reason=""), state=State.OPEN)

    def not_held(self, now: datetime) -> OrderQuerySet:
        """Those that may be sent as far as holds go."""
        return self.exclude(Q(held_until__gt=now, held_until__isnull=False) | ~Q(hold_reason=""))


class Order(models.Model):
    """One purchase. Its three axes (state, payment, fulfilment) move apart.

    ``total = subtotal - discount + shipping + fees + tax (unless prices include it) + adjustment``;
    ``adjustment_minor`` holds what an outside system's total says beyond its own lines. What is due follows
    from ``kept_minor``: money given back as a favour or for a return makes nothing due again.
    """

    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="orders")
    number = models.CharField(max_length=60)
    external_id = models.CharField(max_length=120, null=True, blank=True)
    customer = models.ForeignKey(
        Customer, null=True, blank=True, on_delete=models.PROTECT, related_name="orders"
    )
    email = models.EmailField(max_length=254, blank=True)
    email_key = models.CharField(max_length=254, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    language = models.CharField(max_length=10, default="en")
    currency = models.CharField(max_length=3)

    state = models.CharField(max_length=20, choices=State.choices, default=State.OPEN)
    payment_state = models.CharField(
        max_length=20, choices=PaymentState.choices, default=PaymentState.PENDING
    )
    fulfilment_state = models.CharField(
        max_length=20, choices=FulfilmentState.choices, default=FulfilmentState.UNFULFILLED
    )

    subtotal_minor = models.BigIntegerField()
    discount_minor = models.BigIntegerField(default=0)
    shipping_minor = models.BigIntegerField(default=0)
    fee_minor = models.BigIntegerField(default=0)
    tax_minor = models.BigIntegerField(default=0)
    adjustment_minor = models.BigIntegerField(default=0)
    total_minor = models.BigIntegerField()
    paid_minor = models.BigIntegerField(default=0)
    refunded_minor = models.BigIntegerField(default=0)
    prices_include_tax = models.BooleanField(default=True)
    discount_code = models.CharField(max_length=120, blank=True)
    payment_method = models.CharField(max_length=80, blank=True)
    shipping_method = models.CharField(max_length=120, blank=True)

    ship_to = models.JSONField(default=dict, help_text="orders.addresses.Address as a mapping.")
    bill_to = models.JSONField(default=dict)
    ship_country = models.CharField(max_length=2, blank=True)
    ship_postcode_key = models.CharField(max_length=20, blank=True)

    placed_at = models.DateTimeField()
    promised_on = models.DateField(null=True, blank=True)
    changeable_until = models.DateTimeField(
        null=True, blank=True, help_text="Until then the shopper may change it."
    )
    held_until = models.DateTimeField(null=True, blank=True, help_text="Until then nothing is sent.")
    hold_reason = models.CharField(max_length=200, blank=True, help_text="Held by hand, until released.")
    settled_minor = models.BigIntegerField(
        default=0, help_text="Of what was paid: what went back because the total fell."
    )
    asked_minor = models.BigIntegerField(default=0, help_text="A raise that is applied once it is paid.")
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancel_reason = models.CharField(max_length=200, blank=True)
    tags = models.JSONField(default=list, blank=True)
    source = models.CharField(max_length=60, default="api")
    import_id = models.BigIntegerField(null=True, blank=True)
    import_digest = models.CharField(max_length=32, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects = OrderQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["channel", "number"], name="orders_order_number_once"),
            models.UniqueConstraint(
                fields=["channel", "external_id"],
                condition=Q(external_id__isnull=False),
                name="orders_order_external_once",
            ),
            models.CheckConstraint(condition=Q(state__in=State.values), name="orders_order_state"),
            models.CheckConstraint(
                condition=Q(payment_state__in=PaymentState.values), name="orders_order_payment_state"
            ),
            models.CheckConstraint(
                condition=Q(fulfilment_state__in=FulfilmentState.values), name="orders_order_fulfilment_state"
            ),
            models.CheckConstraint(
                condition=Q(
                    prices_include_tax=True,
                    total_minor=F("subtotal_minor")
                    - F("discount_minor")
                    + F("shipping_minor")
                    + F("fee_minor")
                    + F("adjustment_minor"),
                )
                | Q(
                    prices_include_tax=False,
                    total_minor=F("subtotal_minor")
                    - F("discount_minor")
                    + F("shipping_minor")
                    + F("fee_minor")
                    + F("adjustment_minor")
                    + F("tax_minor"),
                ),
                name="orders_order_total_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(subtotal_minor__gte=0)
                & Q(discount_minor__gte=0)
                & Q(shipping_minor__gte=0)
                & Q(fee_minor__gte=0)
                & Q(tax_minor__gte=0)
                & Q(total_minor__gte=0),
                name="orders_order_nothing_negative",
            ),
            models.CheckConstraint(
                condition=Q(refunded_minor__gte=0) & Q(paid_minor__gte=F("refunded_minor")),
                name="orders_order_refund_within_paid",
            ),
            models.CheckConstraint(
                condition=Q(asked_minor__gte=0)
                & Q(settled_minor__gte=0)
                & Q(settled_minor__lte=F("paid_minor")),
                name="orders_order_settled_within_paid",
            ),
            models.CheckConstraint(
                condition=Q(state="cancelled", cancelled_at__isnull=False)
                | (~Q(state="cancelled") & Q(cancelled_at__isnull=True)),
                name="orders_order_cancelled_at",
            ),
        ]
        indexes = [
            models.Index(fields=["-placed_at", "-id"], name="orders_order_newest"),
            models.Index(fields=["customer", "-placed_at"], name="orders_order_of_customer"),
            models.Index(fields=["email_key", "-placed_at"], name="orders_order_by_email"),
            models.Index(fields=["number"], name="orders_order_by_number"),
            models.Index(
                fields=["-placed_at"],
                condition=Q(state="open") & ~Q(fulfilment_state="fulfilled"),
                name="orders_order_to_send",
            ),
            models.Index(fields=["payment_state", "-placed_at"], name="orders_order_by_payment"),
            models.Index(
                fields=["import_id"], condition=Q(import_id__isnull=False), name="orders_order_import"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def due_minor(self) -> int:
        """What is still to be paid, in minor units; never negative."""
        return max(0, self.total_minor + self.asked_minor - self.kept_minor)

    @property
    def kept_minor(self) -> int:
        """What was paid for the order as it stands: less what went back because its total fell."""
        return self.paid_minor - self.settled_minor

    def is_held(self, now: datetime) -> bool:
        """Whether nothing of it may be sent yet. Follows from the time alone: no job releases it."""
        return bool(self.hold_reason) or (self.held_until is not None and now < self.held_until)

    @property
    def refundable_minor(self) -> int:
        """What may still be refunded, in minor units."""
        return self.paid_minor - self.refunded_minor


class Line(models.Model):
    """One position of an order. ``total = quantity x unit price - discount`` (tax apart, see the order)."""

    class Kind(models.TextChoices):
        PRODUCT = "product", "Product"
        FEE = "fee", "Fee"
        GIFT_CARD = "gift_card", "Gift card"

    # orders_line_position_once serves look-ups by order; an index of its own would only slow imports down.
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines", db_index=False)
    position = models.PositiveIntegerField()
    kind = models.CharField(max_length=20, choices=Kind.choices, default=Kind.PRODUCT)
    variant = models.ForeignKey(Variant, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    sku = models.CharField(max_length=120, blank=True)
    title = models.CharField(max_length=300)
    quantity = models.PositiveIntegerField()
    unit_price_minor = models.BigIntegerField()
    discount_minor = models.BigIntegerField(default=0)
    tax_minor = models.BigIntegerField(default=0)
    total_minor = models.BigIntegerField()
    fulfilled_quantity = models.PositiveIntegerField(default=0)
    cancelled_quantity = models.PositiveIntegerField(default=0)
    refunded_quantity = models.PositiveIntegerField(default=0)
    image_url = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["order", "position"], name="orders_line_position_once"),
            models.CheckConstraint(
                condition=Q(kind__in=["product", "fee", "gift_card"]), name="orders_line_kind"
            ),
            models.CheckConstraint(
                condition=Q(quantity__gte=F("fulfilled_quantity") + F("cancelled_quantity")),
                name="orders_line_quantities",
            ),
            models.CheckConstraint(
                condition=Q(quantity__gte=F("refunded_quantity")), name="orders_line_refunded"
            ),
            models.CheckConstraint(
                condition=Q(total_minor=F("quantity") * F("unit_price_minor") - F("discount_minor")),
                name="orders_line_total_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(quantity__gte=1)
                & Q(unit_price_minor__gte=0)
                & Q(discount_minor__gte=0)
                & Q(total_minor__gte=0),
                name="orders_line_nothing_negative",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} x {self.title}"

    @property
    def open_quantity(self) -> int:
        """How many are neither sent nor cancelled."""
        return self.quantity - self.fulfilled_quantity - self.cancelled_quantity

    def title_in(self, language: str) -> str:
        """The title as the shopper reads it: the product's in their language, else as it was ordered."""
        titles = self.variant.product.titles if self.variant else {}
        return str(titles.get(language) or self.title)

    @property
    def picture(self) -> str:
        """The picture's address when our pages may show it (the content policy allows our own only)."""
        return (
            self.image_url
            if self.image_url.startswith(("/", "data:image/")) and self.image_url[:2] != "//"
            else ""
        )


class Fulfilment(models.Model):
    """A part of an order that was handed over to be carried."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="fulfilments")
    key = models.CharField(max_length=120, unique=True, help_text="Idempotency key.")
    fulfilled_at = models.DateTimeField()
    actor = models.CharField(max_length=80)

    def __str__(self) -> str:
        return f"Fulfilment {self.pk} of {self.order_id}"


class FulfilmentLine(models.Model):
    """How many of a line went out with a fulfilment."""

    fulfilment = models.ForeignKey(Fulfilment, on_delete=models.CASCADE, related_name="lines")
    line = models.ForeignKey(Line, on_delete=models.CASCADE, related_name="+")
    quantity = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["fulfilment", "line"], name="orders_fulfilmentline_once"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="orders_fulfilmentline_some"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} of line {self.line_id}"


class Payment(models.Model):
    """Money that came in for an order: a record, not a charge."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="payments")
    key = models.CharField(max_length=160, unique=True, help_text="Provider and its reference; counted once.")
    method = models.CharField(max_length=80)
    reference = models.CharField(max_length=120, blank=True)
    amount_minor = models.BigIntegerField()
    paid_at = models.DateTimeField()
    actor = models.CharField(max_length=80)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="orders_payment_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.amount_minor} by {self.method}"


class Refund(models.Model):
    """Money that went back for an order: a record, not the transfer."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="refunds")
    key = models.CharField(max_length=160, unique=True)
    amount_minor = models.BigIntegerField()
    reason = models.CharField(max_length=200, blank=True)
    lines = models.JSONField(default=list, help_text="[[line id, quantity], ...]")
    refunded_at = models.DateTimeField()
    actor = models.CharField(max_length=80)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="orders_refund_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.amount_minor} back"


class Note(models.Model):
    """What a colleague wrote on an order, for the team only."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="notes")
    text = models.TextField()
    actor = models.CharField(max_length=80)
    written_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.text[:60]
