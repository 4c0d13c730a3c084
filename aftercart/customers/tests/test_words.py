"""People are found by the beginnings of words, in every script, and never by what was erased."""

from __future__ import annotations

import pytest

from aftercart.customers.actions import Person, edit_customer, erase_customer, find_or_add_customer
from aftercart.customers.models import Customer
from aftercart.customers.testing import make_customer
from aftercart.customers.words import fold, words_asked, words_of
from aftercart.kernel import clock


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("ŁUCJA Żak", "lucja zak"),
        ("Ёлкин", "елкин"),
        ("ｶﾞﾗｽ", "ガラス"),
        ("Straße", "strasse"),
        ("สมชาย", "สมชาย"),
        ("José", "jose"),
    ],
)
def test_folding_is_kind(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_a_phone_number_is_found_by_its_digits() -> None:
    assert {"+48601234567", "48601234567"} <= words_of("+48601234567")
    assert words_asked("  Anna   Nowak ") == ["nowak", "anna"]
    assert words_asked("\0 ") == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    "asked", ["zak", "ŻAK", "luc", "lucja z", "lucja@", "gdansk", "zak lucja", "zak.example", "48601"]
)
def test_she_is_found(asked: str) -> None:
    make_customer("Anna Nowak")
    person = Person(name="Łucja Żak", email="lucja@zak.example", city="Gdańsk", phone="48601234567")
    lucja = find_or_add_customer(person=person, actor="test")
    assert [customer.pk for customer in Customer.objects.matching(asked)] == [lucja.pk]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "asked"), [("佐藤美咲", "美咲"), ("佐藤美咲", "佐藤"), ("สมชาย ใจดี", "ใจ"), ("สมชายใจดี", "ใจดี")]
)
def test_names_without_spaces_are_found_by_their_parts(name: str, asked: str) -> None:
    made = make_customer(name, email="x@y.example")
    assert Customer.objects.matching(asked).get().pk == made.pk


@pytest.mark.django_db
def test_who_is_renamed_or_erased_is_not_found_by_the_old_name() -> None:
    sam = make_customer("Sam Shopper", email="s@x.example")
    edit_customer(customer_id=sam.pk, changes={"name": "Kim Buyer"}, actor="test")
    assert not Customer.objects.matching("shopper").exists()
    assert Customer.objects.matching("kim").exists()
    erase_customer(customer_id=sam.pk, now=clock.now())
    assert not Customer.objects.matching("kim").exists()
    assert not Customer.objects.matching("").exists()
    assert not Customer.objects.matching("%").exists()
