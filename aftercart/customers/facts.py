"""What rules may ask about people."""

from __future__ import annotations

from django.db.models import BooleanField, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce

from aftercart.customers.models import Consent, Customer, Purpose
from aftercart.kernel.rules import (
    BOOLEAN,
    CHOICE,
    COUNTRY,
    DATETIME,
    LIST,
    NUMBER,
    TEXT,
    Ask,
    Parameter,
    Subject,
    fact,
)

LANGUAGE_NAMES = (("en", "English"), ("pl", "Polish"), ("ja", "Japanese"), ("ru", "Russian"), ("th", "Thai"))


def consented(ask: Ask) -> Coalesce:
    """Whether the newest statement about the purpose grants it; nothing stated is no consent."""
    stated = Consent.objects.filter(customer_id=OuterRef("pk"), purpose=ask.parameters["purpose"])
    newest = stated.order_by("-stated_at", "-pk").values("is_granted")[:1]
    return Coalesce(Subquery(newest), Value(False), output_field=BooleanField())


customer = Subject("customer", label="Customer", many="customers", model=Customer)
fact(customer, "country", COUNTRY, "Country", column="country")
fact(customer, "language", CHOICE, "Language", column="language", choices=LANGUAGE_NAMES)
fact(customer, "city", TEXT, "City", column="city")
fact(customer, "postcode", TEXT, "Postcode", column="postcode")
fact(customer, "name", TEXT, "Name", column="name")
fact(customer, "email", TEXT, "E-mail address", column="email")
fact(customer, "phone", TEXT, "Phone number", column="phone")
fact(customer, "tags", LIST, "Tags", column="tags")
fact(customer, "created_at", DATETIME, "Customer since", column="created_at")
fact(
    customer,
    "consent",
    BOOLEAN,
    "Consented to {purpose}",
    expression=consented,
    parameters=[Parameter(name="purpose", label="Purpose", choices=Purpose.choices)],
)
fact(
    customer,
    "orders_count",
    NUMBER,
    "Number of orders",
    column="orders_count",
    help="Cancelled orders do not count.",
)
fact(customer, "first_order_at", DATETIME, "First order", column="first_order_at")
fact(customer, "last_order_at", DATETIME, "Last order", column="last_order_at")
