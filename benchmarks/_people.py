"""A million made-up customers, the same every time, written as fast as the database takes them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.db import connection, models

from aftercart.customers.models import Word
from aftercart.customers.words import fold, words_of
from aftercart.kernel import clock
from benchmarks._driver import bare_driver
from benchmarks._report import scaled


def _listed(words: str) -> list[str]:
    return words.split()


CUSTOMERS = scaled(1_000_000, least=2000)
FIRST = _listed(
    "Anna Jan Maria Piotr Zofia Tomasz Emma Liam Noah Olivia Lukas Lena Felix Mia Elena Ivan Olga Сергей "
    "Мария Дмитрий Анна Ольга Алексей Екатерина Hugo Chloé Inès Léa José Lucía Sofía Mateo Giulia Marco Sara "
    "Björn"
)
FAMILY = _listed(
    "Nowak Kowalska Wiśniewski Wójcik Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz "
    "Hoffmann Smith Jones Brown Taylor Wilson Davies Evans Thomas Johnson Roberts Иванов Смирнова Кузнецов "
    "Попов Соколова Dubois Moreau Laurent García López Rossi Bianchi Ferrari Larsson Nilsson Lindqvist"
)
JAPANESE = [
    family + given
    for family in ("佐藤", "鈴木", "高橋", "田中", "伊藤")
    for given in ("美咲", "陽菜", "大翔", "蓮", "結衣")
]
THAI = [
    given + " " + family for given in ("สมชาย", "มาลี", "อรุณ", "นภา") for family in ("ใจดี", "ทองคำ", "ศรีสุข")
]
CITIES = _listed(
    "Berlin Warszawa Kraków Łódź Hamburg London Paris Madrid Roma Stockholm Tokyo Bangkok Москва München"
)
COUNTRIES = ("DE", "PL", "PL", "PL", "DE", "GB", "FR", "ES", "IT", "SE", "JP", "TH", "RU", "DE")
HOSTS = ("mail.example", "post.example", "shopper.example")
COLUMNS = _listed(
    "id name email email_key phone language country city postcode tags note orders_count last_order_at "
    "first_order_at search_text import_digest created_at updated_at"
)
RARE = (41, "Żaneta Brzęczyszczykiewicz")
"""A customer's number and the name that nobody else has."""


def add_people() -> None:
    """Write :data:`CUSTOMERS` customers and their words, and let the database count them."""
    driver, now = bare_driver(), clock.now()
    with without_index(Word):
        driver.load(
            "customers_customer", COLUMNS, (_customer(number, now) for number in range(1, CUSTOMERS + 1))
        )
        for start in range(1, CUSTOMERS + 1, 50_000):
            driver.load(
                "customers_word", ("customer_id", "word"), _words(start, min(start + 50_000, CUSTOMERS + 1))
            )
    driver.close()
    analyse()


def analyse() -> None:
    """What a database does by itself at night."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE" if connection.vendor == "sqlite" else "VACUUM ANALYZE")


@contextmanager
def without_index(*kinds: type[models.Model]) -> Iterator[None]:
    """Make the indexes of some tables once the rows are there."""
    with connection.schema_editor() as editor:
        for kind in kinds:
            for index in kind._meta.indexes:
                editor.remove_index(kind, index)
    yield
    with connection.schema_editor() as editor:
        for kind in kinds:
            for index in kind._meta.indexes:
                editor.add_index(kind, index)


def name_of(number: int) -> str:
    """A customer's name; one in ten is Japanese, one in ten Thai."""
    mixed = number * 2_654_435_761 % 2**32
    if number == RARE[0]:
        return RARE[1]
    if number % 10 == 0:
        return JAPANESE[mixed % len(JAPANESE)]
    if number % 10 == 1:
        return THAI[mixed % len(THAI)]
    return f"{FIRST[mixed % len(FIRST)]} {FAMILY[mixed // 64 % len(FAMILY)]}"


def email_of(number: int) -> str:
    """A customer's e-mail address, which holds the number."""
    return f"{_key(name_of(number))}{number}@{HOSTS[number % len(HOSTS)]}"


def phone_of(number: int) -> str:
    """A customer's phone number; every third has one."""
    return f"+48 6{number * 7_919 % 10**8:08d}" if number % 3 == 0 else ""


def _customer(number: int, now: datetime) -> tuple[Any, ...]:
    name, email, phone, at = name_of(number), email_of(number), phone_of(number), number * 31 % len(CITIES)
    orders = number % 7
    last = now - timedelta(minutes=number * 7_919 % 1_000_000) if orders else None
    first = last - timedelta(days=30 * (orders - 1)) if last else None
    text = fold(" ".join(part for part in (name, email, phone, CITIES[at]) if part))
    return (
        *(
            number,
            name,
            email,
            email,
            phone,
            "en",
            COUNTRIES[at],
            CITIES[at],
            "",
            "[]",
            "",
            orders,
            last,
            first,
        ),
        *(text, "", now - timedelta(minutes=number % 500_000), now),
    )


def _words(start: int, end: int) -> Iterator[tuple[int, str]]:
    for number in range(start, end):
        parts = [_known(name_of(number)), _known(CITIES[number * 31 % len(CITIES)])]
        found = words_of(email_of(number)).union(*parts, words_of(phone_of(number)))
        yield from ((number, word) for word in found)


@cache
def _known(text: str) -> set[str]:
    return words_of(text)


@cache
def _key(name: str) -> str:
    return ".".join(part for part in fold(name).split() if part.isascii()) or "kunde"
