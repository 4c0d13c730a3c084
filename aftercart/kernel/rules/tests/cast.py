"""Models and facts that only these tests know: people, what they bought, and the items of it."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import connection, models
from django.db.models import Exists, OuterRef

from aftercart.kernel.rules import (
    BOOLEAN,
    CHOICE,
    COUNTRY,
    DATE,
    DATETIME,
    LIST,
    MONEY,
    NUMBER,
    TEXT,
    Parameter,
    Subject,
    collection,
    fact,
)

STATES = (("paid", "Paid"), ("sent", "Sent"), ("returned", "Returned"))


class Person(models.Model):
    name: Any = models.CharField(max_length=200, null=True)
    country: Any = models.CharField(max_length=2, default="")
    language: Any = models.CharField(max_length=5, null=True)
    tags: Any = models.JSONField(null=True)
    is_vip: Any = models.BooleanField(null=True)
    born_on: Any = models.DateField(null=True)
    seen_at: Any = models.DateTimeField(null=True)
    points: Any = models.BigIntegerField(null=True)
    rating: Any = models.DecimalField(max_digits=6, decimal_places=2, null=True)
    balance: Any = models.BigIntegerField(null=True)
    currency: Any = models.CharField(max_length=3, default="")
    friend: Any = models.ForeignKey("self", null=True, on_delete=models.CASCADE)

    objects: ClassVar[models.Manager[Any]] = models.Manager()

    class Meta:
        app_label = "rules_cast"

    def __str__(self) -> str:
        return str(self.pk)


class Purchase(models.Model):
    person: Any = models.ForeignKey(Person, null=True, on_delete=models.CASCADE)
    number: Any = models.CharField(max_length=200, default="")
    state: Any = models.CharField(max_length=10, default="paid")
    placed_at: Any = models.DateTimeField(null=True)
    paid_on: Any = models.DateField(null=True)
    total: Any = models.BigIntegerField(null=True)
    currency: Any = models.CharField(max_length=3, default="EUR")
    weight: Any = models.DecimalField(max_digits=6, decimal_places=2, null=True)

    objects: ClassVar[models.Manager[Any]] = models.Manager()

    class Meta:
        app_label = "rules_cast"

    def __str__(self) -> str:
        return str(self.pk)


class Item(models.Model):
    purchase: Any = models.ForeignKey(Purchase, on_delete=models.CASCADE)
    sku: Any = models.CharField(max_length=200, default="")
    quantity: Any = models.IntegerField(null=True)

    objects: ClassVar[models.Manager[Any]] = models.Manager()

    class Meta:
        app_label = "rules_cast"

    def __str__(self) -> str:
        return str(self.pk)


MODELS = (Person, Purchase, Item)

item = Subject("cast-item", label="Item", many="items", model=Item)
fact(item, "sku", TEXT, "SKU", column="sku")
fact(item, "quantity", NUMBER, "Quantity", column="quantity")

purchase = Subject("cast-purchase", label="Purchase", many="purchases", model=Purchase)
fact(purchase, "number", TEXT, "Number", column="number")
fact(purchase, "state", CHOICE, "State", column="state", choices=STATES)
fact(purchase, "placed_at", DATETIME, "Placed", column="placed_at")
fact(purchase, "paid_on", DATE, "Paid on", column="paid_on")
fact(purchase, "total", MONEY, "Total", column="total", currency="currency")
fact(purchase, "weight", NUMBER, "Weight", column="weight", places=2)
fact(purchase, "buyer_country", COUNTRY, "Buyer's country", column="person__country")
collection(purchase, "items", of=item, key="purchase_id", label="Items", one="item")

person = Subject("cast-person", label="Person", many="people", model=Person)
fact(person, "name", TEXT, "Name", column="name")
fact(person, "country", COUNTRY, "Country", column="country")
fact(
    person, "language", CHOICE, "Language", column="language", choices=(("pl", "Polish"), ("ja", "Japanese"))
)
fact(person, "tags", LIST, "Tags", column="tags")
fact(person, "is_vip", BOOLEAN, "Is a VIP", column="is_vip")
fact(person, "born_on", DATE, "Birthday", column="born_on")
fact(person, "seen_at", DATETIME, "Last seen", column="seen_at")
fact(person, "points", NUMBER, "Points", column="points")
fact(person, "rating", NUMBER, "Rating", column="rating", places=2)
fact(person, "balance", MONEY, "Balance", column="balance", currency="currency")
fact(
    person,
    "has_state",
    BOOLEAN,
    "Has a purchase that is {state}",
    expression=lambda ask: Exists(
        Purchase.objects.filter(person=OuterRef("pk"), state=ask.parameters["state"])
    ),
    parameters=[Parameter(name="state", label="State", choices=STATES)],
)
collection(
    person,
    "purchases",
    of=purchase,
    key="person_id",
    label="Purchases",
    one="purchase",
    did="bought",
    moment="placed_at",
)
collection(
    person, "friend", of=person, key="pk", owner="friend_id", label="Friend", one="friend", single=True
)
collection(
    purchase, "person", of=person, key="pk", owner="person_id", label="Buyer", one="buyer", single=True
)


def make_tables() -> None:
    """Create the cast's tables in the test database, anew."""
    known = connection.introspection.table_names()
    with connection.schema_editor() as editor:
        for model in reversed(MODELS):
            if model._meta.db_table in known:
                editor.delete_model(model)
        for model in MODELS:
            editor.create_model(model)
