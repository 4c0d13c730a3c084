"""Wrong passwords are counted once for all: by every process, machine and connection together."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client

from aftercart.kernel.links.models import Cached
from aftercart.kernel.work.tests.processes import await_line, start
from aftercart.stores.models import StaffMember
from aftercart.stores.testing import PASSWORD, make_owner

pytestmark = pytest.mark.django_db(transaction=True)
TRIES = 5


def sign_in(member: StaffMember, password: str) -> bool:
    """Whether a new visitor gets in with this password."""
    client = Client(SERVER_NAME="localhost")
    client.post("/accounts/login/", {"login": member.user.email, "password": password})
    return client.get("/desk/").status_code == 200


def test_tries_in_another_process_count_here() -> None:
    ada = make_owner()
    assert not sign_in(ada, "wrong")
    other = start("aftercart.stores.tests.wrong_passwords", ada.user.email, str(TRIES - 1))
    await_line(other, f"knocked {TRIES - 1}")
    assert other.communicate()[0] == ""
    assert not sign_in(ada, PASSWORD), "the right password, one try too late"
    cache.clear()
    assert sign_in(ada, PASSWORD)


def test_the_counters_name_nobody() -> None:
    ada = make_owner()
    assert not sign_in(ada, "wrong")
    rows = list(Cached.objects.values_list("cache_key", flat=True))
    assert rows
    assert all(len(key) == 64 and int(key, 16) for key in rows)


def test_of_many_at_once_one_holds_a_lock() -> None:
    def add(index: int) -> bool:
        try:
            return cache.add("lock", index, timeout=60)
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=8) as threads:
        assert sum(threads.map(add, range(8))) == 1
