"""6-digit codes: five tries, ten minutes, one at a time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from aftercart.kernel.links.codes import LIFETIME, TRIES, make_code, take_code
from aftercart.kernel.links.models import Code

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
SAM = "sam@example.org"


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def test_the_right_code_is_good_once() -> None:
    code = make_code("orders.lookup", SAM, NOW)
    assert len(code) == 6
    assert code.isdigit()
    assert take_code("orders.lookup", SAM, code, NOW)
    assert not take_code("orders.lookup", SAM, code, NOW)


def test_typing_is_forgiven() -> None:
    code = make_code("orders.lookup", SAM, NOW)
    assert take_code("orders.lookup", " SAM@Example.org", f" {code[:3]}-{code[3:]} ", NOW)


def test_a_code_ends_after_ten_minutes() -> None:
    code = make_code("orders.lookup", SAM, NOW)
    assert not take_code("orders.lookup", SAM, code, NOW + LIFETIME)


def test_the_fifth_try_may_still_be_right() -> None:
    code = make_code("orders.lookup", SAM, NOW)
    for _ in range(TRIES - 1):
        assert not take_code("orders.lookup", SAM, wrong(code), NOW)
    assert take_code("orders.lookup", SAM, code, NOW)


def test_five_wrong_tries_end_a_code() -> None:
    code = make_code("orders.lookup", SAM, NOW)
    for _ in range(TRIES):
        assert not take_code("orders.lookup", SAM, wrong(code), NOW)
    assert not take_code("orders.lookup", SAM, code, NOW)


@pytest.mark.django_db(transaction=True)
def test_guessing_in_parallel_has_no_more_tries() -> None:
    code = make_code("orders.lookup", SAM, NOW)

    def guess(number: int) -> bool:
        try:
            return take_code("orders.lookup", SAM, wrong(code), NOW)
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=10) as threads:
        list(threads.map(guess, range(20)))
    assert Code.objects.get().tries == TRIES
    assert not take_code("orders.lookup", SAM, code, NOW)


def test_a_new_code_replaces_the_open_one() -> None:
    first = make_code("orders.lookup", SAM, NOW)
    second = make_code("orders.lookup", SAM, NOW + timedelta(minutes=1))
    assert Code.objects.count() == 1
    if first != second:
        assert not take_code("orders.lookup", SAM, first, NOW)
    assert take_code("orders.lookup", SAM, second, NOW)


def test_a_code_is_for_its_purpose_and_recipient() -> None:
    code = make_code("orders.lookup", SAM, NOW)
    make_code("orders.lookup", "mallory@example.org", NOW)
    assert not take_code("account.confirm", SAM, code, NOW)
    Code.objects.exclude(code_digest="").update(tries=0)
    assert take_code("orders.lookup", SAM, code, NOW)


def test_neither_code_nor_recipient_is_stored() -> None:
    code = make_code("orders.lookup", SAM, NOW)
    stored = str(Code.objects.values().get())
    assert code not in stored
    assert "sam" not in stored


@pytest.mark.parametrize("nonsense", ["", "12", "abcdef", "১২৩৪৫৬", "0" * 5000])
def test_nonsense_is_refused(nonsense: str) -> None:
    make_code("orders.lookup", SAM, NOW)
    assert not take_code("orders.lookup", SAM, nonsense, NOW)


def test_an_unknown_recipient_is_refused() -> None:
    assert not take_code("orders.lookup", "nobody@example.org", "123456", NOW)
