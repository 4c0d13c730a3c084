"""A page of a search is the same whichever way it is read."""

from __future__ import annotations

from datetime import timedelta
from itertools import takewhile

import pytest

from aftercart.customers import models, words
from aftercart.customers.actions import Person, find_or_add_customer
from aftercart.customers.models import Customer, Place
from aftercart.customers.words import is_frequent, split_by_frequency, words_asked, words_of
from aftercart.kernel import clock

NAMES = ("Anna Nowak", "Anna Kowalska", "Jan Nowak", "佐藤美咲", "Żaneta Brzęk", "Maria Anna")
ASKED = (
    "anna",
    "anna nowak",
    "a",
    "shopper",
    "nowak shopper",
    "美咲",
    "żaneta example",
    "1",
    "nobody",
    "",
    "an no",
)
SIZE = 7


@pytest.fixture
def people(db: None) -> list[Customer]:
    """Ninety people, every third of whom never ordered, some at the same moment."""
    now = clock.now()
    for number in range(90):
        person = Person(name=NAMES[number % len(NAMES)], email=f"sam{number}@shopper.example")
        customer = find_or_add_customer(person=person, actor="test")
        if number % 3:
            customer.last_order_at = now - timedelta(hours=number * 7 % 20)
            customer.save(update_fields=["last_order_at"])
    return list(Customer.objects.all())


def wanted(people: list[Customer], text: str) -> list[int]:
    """Who has all words, in order, found the slow way."""
    asked = words_asked(text)
    found = [
        person
        for person in people
        if asked and all(any(own.startswith(word) for own in words_of(person.search_text)) for word in asked)
    ]
    ordered = sorted(
        found,
        key=lambda person: (person.last_order_at.timestamp() if person.last_order_at else 0, person.pk),
        reverse=True,
    )
    return [person.pk for person in ordered]


def all_pages(text: str) -> list[int]:
    """The numbers on all pages of a search."""
    numbers: list[int] = []
    place: Place | None = None
    while page := Customer.objects.known().page_matching(text, SIZE, after=place):
        numbers += [person.pk for person in page]
        place = (page[-1].last_order_at, page[-1].pk)
    return numbers


@pytest.mark.parametrize(("frequent", "walked", "walked_for"), [(5000, 8000, 100), (3, 10, 0), (40, 25, 2)])
def test_every_way_finds_the_same(
    people: list[Customer], monkeypatch: pytest.MonkeyPatch, frequent: int, walked: int, walked_for: int
) -> None:
    monkeypatch.setattr(words, "FREQUENT", frequent)
    monkeypatch.setattr(words, "WALKED_FOR", walked_for)
    monkeypatch.setattr(words, "WALKED", walked)
    monkeypatch.setattr(models, "WALKED", walked)
    for text in ASKED:
        assert all_pages(text) == wanted(people, text), text
        assert sorted(Customer.objects.matching(text).values_list("pk", flat=True)) == sorted(
            wanted(people, text)
        )


def test_the_list_puts_who_never_ordered_last(people: list[Customer]) -> None:
    numbers: list[int] = []
    place: Place | None = None
    while page := Customer.objects.by_last_order(SIZE, after=place):
        numbers += [person.pk for person in page]
        place = (page[-1].last_order_at, page[-1].pk)
    assert len(numbers) == len(set(numbers)) == 90
    moments = [Customer.objects.get(pk=number).last_order_at for number in numbers]
    assert len(list(takewhile(lambda at: at is not None, moments))) == 60


def test_a_rare_word_is_looked_up_and_a_frequent_one_asked() -> None:
    assert split_by_frequency({"example": 90_000, "rare": 3}) == (["rare"], ["example"])
    assert split_by_frequency({"anna": 70_000, "nowak": 40_000}) == (["nowak", "anna"], [])


def test_a_walk_is_for_words_of_many() -> None:
    assert is_frequent({"anna": 60_000}, among=1_000_000)
    assert not is_frequent({"anna": 60_000, "nowak": 40_000}, among=1_000_000)
    assert not is_frequent({"anna": 60}, among=1_000)
    assert not is_frequent({}, among=1_000_000)
