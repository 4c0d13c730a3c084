"""What customer_search.py measures: the first page of each search, and the desk's list page with it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.test import Client

from aftercart.customers.models import LAST_LETTER, Customer
from aftercart.customers.words import words_asked
from aftercart.stores.testing import make_channel, make_merchant, make_owner
from benchmarks._driver import cpu_with_database
from benchmarks._people import CUSTOMERS, RARE, add_people, email_of, phone_of
from benchmarks._report import Figure, note, percentile, say, scaled, show

ROUNDS = scaled(21, least=2)
TARGET = 200.0  # ms
PAGE = 51
SOMEBODY = CUSTOMERS // 2
QUERIES = {
    "a name nobody else has": RARE[1],
    "a common first and a common family name": "anna nowak",
    "one common name": "maria",
    "two very common words": "post.example hamburg",
    "the worst: frequent, and none of them ever ordered": "mail.example berlin",
    "a word of all and one of a third": "example mail",
    "one letter": "a",
    "a frequent and a rare word": f"example {RARE[1].split()[1]}",
    "the beginning of an e-mail address": email_of(SOMEBODY)[:-9],
    "digits of a phone number": phone_of(SOMEBODY // 3 * 3)[3:10],
    "part of a Japanese name": "美咲",
    "part of a Thai name": "ทองคำ",
    "nobody": "zzyzx quux",
}


def measure() -> None:
    """Milliseconds for the first page of each search, by the database alone and as a page of the desk."""
    if Customer.objects.count() != CUSTOMERS:
        started = time.perf_counter()
        add_people()
        note("made", f"{CUSTOMERS:,} customers in {time.perf_counter() - started:.0f} s")
    say(f"p95 of {ROUNDS} rounds; the baseline is 51 rows by the longest word's index range, unsorted")
    show(_figure(what, text) for what, text in QUERIES.items())
    say("\nthe desk's page /desk/customers/?q=, server time, p95")
    client = _signed_in()
    show(_page_figure(client, what, text) for what, text in {"without a search": "", **QUERIES}.items())


def _figure(what: str, text: str) -> Figure:
    ours, spent = timed(lambda: first_page(text))
    bare, _ = timed(lambda: _bare(text))
    return Figure(
        what=f"{what} (p50 {percentile(ours, 0.5):.0f}, processor {spent:.0f})",
        ours=percentile(ours, 0.95),
        unit="ms",
        target=TARGET,
        baseline=percentile(bare, 0.95),
    )


def _page_figure(client: Client, what: str, text: str) -> Figure:
    taken, spent = timed(lambda: _page(client, text))
    return Figure(
        what=f"{what} (p50 {percentile(taken, 0.5):.0f}, processor {spent:.0f})",
        ours=percentile(taken, 0.95),
        unit="ms",
        target=TARGET,
    )


def first_page(text: str) -> list[Customer]:
    """As the desk asks: who ordered last first."""
    return Customer.objects.known().page_matching(text, PAGE)


def _bare(text: str) -> list[Any]:
    word = words_asked(text)[0]
    begins = "word LIKE %s" if connection.vendor == "postgresql" else "word >= %s AND word < %s"
    values = [f"{word}%"] if connection.vendor == "postgresql" else [word, word + LAST_LETTER]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT * FROM customers_customer WHERE id IN"
            f" (SELECT customer_id FROM customers_word WHERE {begins} LIMIT {PAGE})",
            values,
        )
        return list(cursor.fetchall())


def _signed_in() -> Client:
    make_merchant()
    make_channel()
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(make_owner().user)
    return client


def _page(client: Client, text: str) -> None:
    answer = client.get("/desk/customers/", {"q": text} if text else {})
    if answer.status_code != 200:
        raise SystemExit(f"the page answered {answer.status_code}")


def timed(work: Callable[[], object]) -> tuple[list[float], float]:
    """Milliseconds of each round by the clock, after one to warm up, and of processors for each on average."""
    work()
    taken, before = [], cpu_with_database()
    for _ in range(ROUNDS):
        started = time.perf_counter()
        work()
        taken.append((time.perf_counter() - started) * 1000)
    return taken, (cpu_with_database() - before) * 1000 / ROUNDS
