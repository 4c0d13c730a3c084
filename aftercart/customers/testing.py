"""Factories for tests: Sam shops."""

from __future__ import annotations

from aftercart.customers.actions import Person, find_or_add_customer
from aftercart.customers.models import Customer


def make_customer(
    name: str = "Sam Shopper", *, email: str = "", language: str = "en", country: str = "DE", city: str = ""
) -> Customer:
    """A customer; the e-mail address follows from the name unless given."""
    email = email or f"{name.split(maxsplit=1)[0].lower()}@shopper.example"
    person = Person(name=name, email=email, language=language, country=country, city=city)
    return find_or_add_customer(person=person, actor="test")
