"""What a link proves, and the one answer to everything else."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from aftercart.kernel.links.models import UsedLink
from aftercart.kernel.links.signing import make_link, read_link, take_link

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
PAYLOADS = st.dictionaries(st.text(max_size=8), st.integers() | st.text(max_size=20) | st.none(), max_size=4)


@given(purpose=st.text(max_size=20), payload=PAYLOADS)
def test_a_link_gives_its_payload_back(purpose: str, payload: dict[str, object]) -> None:
    token = make_link(purpose, payload, expires_in=HOUR, now=NOW)
    assert read_link(purpose, token, NOW) == payload


def test_a_token_fits_a_mail() -> None:
    token = make_link("orders.page", {"order": 1_234_567}, expires_in=HOUR, single_use=True, now=NOW)
    assert len(token) <= 70
    assert token.replace("-", "").replace("_", "").isalnum()


@pytest.mark.parametrize("later", [HOUR, HOUR * 1000])
def test_an_expired_link_is_refused(later: timedelta) -> None:
    token = make_link("orders.page", {"order": 7}, expires_in=HOUR, now=NOW)
    assert read_link("orders.page", token, NOW + HOUR - timedelta(seconds=1)) == {"order": 7}
    assert read_link("orders.page", token, NOW + later) is None
    assert take_link("orders.page", token, NOW + later) is None


def test_a_link_for_another_purpose_is_refused() -> None:
    token = make_link("orders.page", {"order": 7}, expires_in=HOUR, now=NOW)
    assert read_link("orders.cancel", token, NOW) is None


@given(position=st.integers(min_value=0), flip=st.integers(min_value=1, max_value=255))
def test_a_link_changed_in_one_byte_is_refused(position: int, flip: int) -> None:
    token = make_link("orders.page", {"order": 7}, expires_in=HOUR, now=NOW)
    raw = bytearray(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
    raw[position % len(raw)] ^= flip
    forged = base64.urlsafe_b64encode(bytes(raw)).rstrip(b"=").decode()
    assert read_link("orders.page", forged, NOW) is None


@given(token=st.text(max_size=100))
def test_noise_is_refused(token: str) -> None:
    assert read_link("orders.page", token, NOW) is None


@pytest.mark.django_db
def test_every_spelling_but_the_first_is_refused() -> None:
    token = make_link("account.confirm", {"n": "aaaa"}, expires_in=HOUR, single_use=True, now=NOW)
    spelled = [token + "=", token + "==", f" {token}", f"{token}\n", token[:-1] + chr(ord(token[-1]) + 1)]
    assert [read_link("account.confirm", other, NOW) for other in spelled] == [None] * len(spelled)


@pytest.mark.django_db
def test_reading_never_writes_and_never_uses_up() -> None:
    token = make_link("account.confirm", {"customer": 3}, expires_in=HOUR, single_use=True, now=NOW)
    with CaptureQueriesContext(connection) as queries:
        for _ in range(3):
            assert read_link("account.confirm", token, NOW) == {"customer": 3}
    assert all(query["sql"].startswith("SELECT") for query in queries.captured_queries)


@pytest.mark.django_db
def test_a_single_use_link_is_taken_once() -> None:
    token = make_link("account.confirm", {"customer": 3}, expires_in=HOUR, single_use=True, now=NOW)
    other = make_link("account.confirm", {"customer": 3}, expires_in=HOUR, single_use=True, now=NOW)
    assert take_link("account.confirm", token, NOW) == {"customer": 3}
    assert take_link("account.confirm", token, NOW) is None
    assert read_link("account.confirm", token, NOW) is None
    assert take_link("account.confirm", other, NOW) == {"customer": 3}


@pytest.mark.django_db
def test_a_link_for_many_uses_stays_good() -> None:
    token = make_link("orders.page", {"order": 7}, expires_in=HOUR, now=NOW)
    assert [take_link("orders.page", token, NOW) for _ in range(2)] == [{"order": 7}] * 2
    assert not UsedLink.objects.exists()


@pytest.mark.django_db
def test_a_link_stays_good_when_the_change_fails() -> None:
    token = make_link("account.confirm", {"customer": 3}, expires_in=HOUR, single_use=True, now=NOW)

    def confirm_and_fail() -> None:
        with transaction.atomic():
            assert take_link("account.confirm", token, NOW) is not None
            raise RuntimeError("the mail server is down")

    with pytest.raises(RuntimeError):
        confirm_and_fail()
    assert take_link("account.confirm", token, NOW) is not None


def test_links_outlive_a_change_of_the_secret(settings: Settings) -> None:
    token = make_link("orders.page", {"order": 7}, expires_in=HOUR, now=NOW)
    old = settings.SECRET_KEY
    settings.SECRET_KEY = "a-new-secret-of-at-least-thirty-two-characters"
    assert read_link("orders.page", token, NOW) is None
    settings.SECRET_KEY_FALLBACKS = [old]
    assert read_link("orders.page", token, NOW) == {"order": 7}
    assert read_link("orders.cancel", token, NOW) is None


def test_a_link_may_be_meant_for_ever() -> None:
    token = make_link("orders.page", {"order": 7}, expires_in=timedelta(days=365 * 200), now=NOW)
    assert read_link("orders.page", token, NOW + timedelta(days=365 * 50)) == {"order": 7}


def test_the_suite_signs_with_the_settings_secret() -> None:
    assert settings.SECRET_KEY
