"""Carriers' doors: signatures, the window, replays, what is not ours."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from aftercart.kernel import clock
from aftercart.orders.testing import make_order
from aftercart.tracking.actions import register_parcel
from aftercart.tracking.carriers.signatures import sign
from aftercart.tracking.models import Parcel, Scan
from aftercart.tracking.tests.test_readings import AFTERSHIP

pytestmark = pytest.mark.django_db
SECRET, OLD = "a-secret-of-the-webhook", "the-secret-before-that-one"
AT = (clock.now() - timedelta(days=1)).isoformat()


@pytest.fixture(autouse=True)
def keys(settings: Any) -> None:
    settings.CARRIERS = replace(settings.CARRIERS, webhook=(SECRET, OLD), aftership=(SECRET,))


def make_parcel(number: str = "1Z5R89390357567127") -> Parcel:
    order = make_order(placed_at=clock.now() - timedelta(days=5))
    return register_parcel(order_id=order.pk, key=number, actor="test", tracking_number=number)


def tell(body: Any, *, secret: str = SECRET, seconds: int = 0, **headers: Any) -> Any:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    stamp = int(clock.now().timestamp()) + seconds
    told = {"Aftercart-Timestamp": str(stamp), "Aftercart-Signature": sign(secret, stamp, data), **headers}
    client = Client(enforce_csrf_checks=True)
    return client.post("/hooks/tracking/", data, content_type="application/json", headers=told)


def test_signed_scans_are_taken_and_the_wrong_ones_come_back() -> None:
    parcel = make_parcel()
    body = {
        "scans": [
            {
                "tracking_number": "1z5r 89390357567127",
                "status": "in_transit",
                "occurred_at": AT,
                "place": "Ulm",
            },
            {"tracking_number": parcel.tracking_number, "code": "X-1", "occurred_at": AT},
            {"tracking_number": parcel.tracking_number, "status": "teleported", "occurred_at": AT},
            {"tracking_number": "somebody else's", "status": "lost", "occurred_at": AT},
            7,
        ]
    }
    answer = tell(body)
    assert answer.status_code == 202
    told = answer.json()
    assert (told["recorded"], told["known"], [one["at"] for one in told["rejected"]]) == (2, 0, [2, 3, 4])
    assert list(Parcel.objects.to_be_mapped()) == [parcel]
    again = tell(body).json()
    assert (again["recorded"], again["known"]) == (0, 2)
    parcel.refresh_from_db()
    assert parcel.status == "in_transit"


def test_the_same_id_is_the_same_scan_whatever_it_says() -> None:
    number = make_parcel().tracking_number
    scan = {"tracking_number": number, "status": "in_transit", "occurred_at": AT, "id": "evt-1"}
    assert tell({"scans": [scan]}).json()["recorded"] == 1
    assert tell({"scans": [{**scan, "message": "Again"}]}).json() == {
        "recorded": 0,
        "known": 1,
        "rejected": [],
    }


def test_a_secret_is_exchanged_without_a_gap() -> None:
    assert tell({"scans": []}, secret=OLD).status_code == 202


@pytest.mark.parametrize(
    "wrong",
    [
        {"secret": "another-secret-altogether"},
        {"seconds": -301},
        {"seconds": 302},
        {"Aftercart-Signature": "v1=00"},
        {"Aftercart-Signature": "ü"},
        {"Aftercart-Timestamp": "now"},
        {"Aftercart-Timestamp": "٣"},
    ],
)
def test_a_wrong_signature_or_time_records_nothing(wrong: dict[str, Any]) -> None:
    scan = {"tracking_number": make_parcel().tracking_number, "status": "lost", "occurred_at": AT}
    answer = tell({"scans": [scan]}, **wrong)
    assert (answer.status_code, answer["Content-Type"]) == (401, "application/problem+json")
    assert not Scan.objects.exists()


def test_a_changed_body_or_a_signature_of_another_minute_is_refused() -> None:
    stamp = int(clock.now().timestamp())
    signature = sign(SECRET, stamp, b'{"scans": []}')
    told: dict[str, Any] = {"Aftercart-Signature": signature, "Aftercart-Timestamp": str(stamp)}
    answer = tell(b'{"scans": [ ]}', **told)
    assert answer.status_code == 401


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{", b'{"scans": 1}', b'{"scans": [' + b"1," * 500 + b"1]}", b"[" * 9999]
)
def test_a_body_that_makes_no_sense_is_a_400(body: bytes) -> None:
    assert tell(body).status_code == 400


def test_a_body_too_large_is_a_413() -> None:
    assert tell(b"x" * 1_000_001).status_code == 413


@pytest.mark.parametrize("path", ["/hooks/tracking/", "/hooks/aftership/"])
def test_without_a_secret_there_is_no_door(path: str, settings: Any) -> None:
    settings.CARRIERS = replace(settings.CARRIERS, webhook=(), aftership=())
    assert Client().post(path, b"{}", content_type="application/json").status_code == 404


@pytest.mark.parametrize("path", ["/hooks/tracking/", "/hooks/aftership/"])
def test_looking_changes_nothing(path: str) -> None:
    assert Client().get(path).status_code == 405


def from_aftership(body: bytes, secret: str = SECRET) -> Any:
    signature = base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()
    headers = {"aftership-hmac-sha256": signature}
    return Client(enforce_csrf_checks=True).post(
        "/hooks/aftership/", body, content_type="application/json", headers=headers
    )


def test_aftership_tells_its_checkpoints_as_often_as_it_likes() -> None:
    parcel = make_parcel()
    text = json.dumps(AFTERSHIP).replace("2026-03-11T12:00:00+01:00", AT)
    body = text.encode()
    assert from_aftership(body).json() == {"recorded": 2, "known": 0, "skipped": 1}
    assert from_aftership(body).json() == {"recorded": 0, "known": 2, "skipped": 1}
    parcel.refresh_from_db()
    assert (parcel.status, parcel.reason) == ("exception", "customs")


def test_aftership_about_somebody_elses_parcel_is_taken_and_forgotten() -> None:
    answer = from_aftership(json.dumps(AFTERSHIP).encode())
    assert (answer.status_code, answer.json()["recorded"]) == (200, 0)


def test_aftership_must_sign() -> None:
    make_parcel()
    assert from_aftership(json.dumps(AFTERSHIP).encode(), "another-secret-altogether").status_code == 401
    assert from_aftership(b"[]").status_code == 400
    assert not Scan.objects.exists()
