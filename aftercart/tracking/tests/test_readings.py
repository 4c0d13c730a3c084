"""What carriers' documented payloads become."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercart.tracking.carriers.aftership import reading as aftership
from aftercart.tracking.carriers.csv import reading as tables
from aftercart.tracking.carriers.dhl import reading as dhl
from aftercart.tracking.carriers.times import moment
from aftercart.tracking.carriers.ups import reading as ups
from aftercart.tracking.carriers.webhook import reading as webhook
from aftercart.tracking.models import Reason, Status
from aftercart.tracking.ports import Busy, CarrierTrouble, NotAllowed, UnknownNumber
from aftercart.tracking.tests.fake_carrier import dhl_answer, ups_answer


@pytest.mark.parametrize(
    ("text", "country", "expected"),
    [
        ("2026-03-10T12:00:00+01:00", "", datetime(2026, 3, 10, 11, tzinfo=UTC)),
        ("2026-03-10T12:00:00", "DE", datetime(2026, 3, 10, 11, tzinfo=UTC)),
        ("2026-07-10T12:00:00", "DE", datetime(2026, 7, 10, 10, tzinfo=UTC)),
        ("2026-03-10T12:00:00", "JP", datetime(2026, 3, 10, 3, tzinfo=UTC)),
        ("2026-03-10T12:00:00", "US", datetime(2026, 3, 10, 5, tzinfo=UTC)),
        ("2026-03-10T12:00:00", "", datetime(2026, 3, 10, 5, tzinfo=UTC)),
        ("yesterday", "DE", None),
        ("0001-01-01T00:00:00+14:00", "", None),
    ],
)
def test_the_clock_on_the_wall(text: str, country: str, expected: datetime | None) -> None:
    assert moment(text, country=country, zone=ZoneInfo("Asia/Bangkok")) == expected


def test_ups_out_for_delivery_is_out_for_delivery_at_its_own_time() -> None:
    out, moving, label = ups.read(
        ups_answer(
            ("I", "OT", "Out For Delivery Today", "2026-03-12T08:04:16", "+01:00"),
            ("I", "AR", "Arrived at Facility", "2026-03-11T23:10:00", "+01:00"),
            ("M", "MP", "Shipper created a label", "2026-03-10T09:00:00", "+01:00"),
        )
    )
    assert (out.status, out.raw_code, out.place) == ("out_for_delivery", "I OT", "Berlin, DE")
    assert out.occurred_at == datetime(2026, 3, 12, 7, 4, 16, tzinfo=UTC)
    assert (moving.status, label.status) == ("in_transit", "info_received")


def test_ups_time_in_greenwich_wins_and_an_unknown_code_stays_raw() -> None:
    answer = ups_answer(("Q", "99", "Something new", "2026-03-12T08:04:16", "-05:00"))
    activity = answer["trackResponse"]["shipment"][0]["package"][0]["activity"][0]
    activity |= {"gmtDate": "20260312", "gmtTime": "13:04:16"}
    (scan,) = ups.read(answer)
    assert (scan.status, scan.raw_code) == ("", "Q 99")
    assert scan.occurred_at == datetime(2026, 3, 12, 13, 4, 16, tzinfo=UTC)


@pytest.mark.parametrize(
    ("answer", "trouble"),
    [
        ({"response": {"errors": [{"code": "250003", "message": "Invalid Access License"}]}}, NotAllowed),
        ({"response": {"errors": [{"code": "10429", "message": "Too Many Requests"}]}}, Busy),
        ({"response": {"errors": [{"code": "TV1002", "message": "Unknown"}]}}, UnknownNumber),
        (
            {"trackResponse": {"shipment": [{"warnings": [{"message": "Tracking Information Not Found"}]}]}},
            UnknownNumber,
        ),
        ({"hello": 1}, CarrierTrouble),
    ],
)
def test_ups_says_no_in_words(answer: dict[str, Any], trouble: type[Exception]) -> None:
    with pytest.raises(trouble):
        ups.read(answer)


@pytest.mark.parametrize(
    ("code", "words", "status", "reason"),
    [
        ("pre-transit", "The instruction data for this shipment have been provided", "info_received", ""),
        ("transit", "The shipment has been loaded onto the delivery vehicle", "out_for_delivery", ""),
        ("transit", "The shipment arrived at the parcel center", "in_transit", ""),
        ("transit", "Released from customs", "in_transit", ""),
        ("failure", "The recipient was not present", "attempt_failed", ""),
        ("failure", "Held by customs", "exception", "customs"),
        ("failure", "Something broke", "exception", "other"),
        ("transit", "The shipment is ready for pick-up", "available_for_pickup", ""),
        ("delivered", "The shipment has been successfully delivered", "delivered", ""),
        ("unknown", "Hm", "", ""),
    ],
)
def test_dhls_five_codes_and_its_words(code: str, words: str, status: str, reason: str) -> None:
    (scan,) = dhl.read(dhl_answer((code, words, "2026-03-10T12:00:00")))
    assert (scan.status, scan.reason, scan.place) == (status, reason, "Bonn")
    assert scan.occurred_at == datetime(2026, 3, 10, 11, tzinfo=UTC)
    assert scan.status or scan.raw_code == "unknown: Hm"


@pytest.mark.parametrize(
    ("answer", "trouble"),
    [
        ({"status": 404, "title": "No result found"}, UnknownNumber),
        ({"status": 429, "title": "Too many requests"}, Busy),
        ({"status": 401, "title": "Unauthorized"}, NotAllowed),
        ({}, CarrierTrouble),
    ],
)
def test_dhl_says_no_in_words(answer: dict[str, Any], trouble: type[Exception]) -> None:
    with pytest.raises(trouble):
        dhl.read(answer)


AFTERSHIP = {
    "event": "tracking_update",
    "event_id": "fa1e0e0e-8f3c-4d1a-9d9c-1d6d1b2f3a4b",
    "ts": 1773309600,
    "is_tracking_first_tag": True,
    "msg": {
        "id": "vebix4hfu3sr3kac0epve01n",
        "tracking_number": "1Z5R89390357567127",
        "slug": "ups",
        "tag": "Exception",
        "subtag": "Exception_004",
        "checkpoints": [
            {
                "slug": "ups",
                "city": "Leipzig",
                "country_iso3": "DEU",
                "checkpoint_time": "2026-03-10T12:00:00",
                "message": "Departed",
                "tag": "InTransit",
                "subtag": "InTransit_007",
            },
            {
                "location": "Bonn",
                "checkpoint_time": "2026-03-11T12:00:00+01:00",
                "message": "Held",
                "tag": "Exception",
                "subtag": "Exception_004",
            },
            {"checkpoint_time": "soon", "tag": "InTransit"},
        ],
    },
}


def test_aftership_checkpoints() -> None:
    update = aftership.read(AFTERSHIP)
    assert update is not None
    first, second = update.scans
    assert (update.tracking_number, update.skipped) == ("1Z5R89390357567127", 1)
    assert (first.status, first.place, first.occurred_at.hour) == ("in_transit", "Leipzig, DEU", 11)
    assert (second.status, second.reason, second.place) == ("exception", "customs", "Bonn")
    assert aftership.read({"event": "other"}) is None


@pytest.mark.parametrize("meanings", [aftership.TAGS, aftership.SUBTAGS, ups.CODES, ups.TYPES, dhl.CODES])
def test_every_meaning_is_one_of_ours(meanings: dict[str, tuple[str, str]]) -> None:
    for status, reason in meanings.values():
        assert status in Status.values
        assert reason in ("", *Reason.values)
    assert set(Reason.values) == webhook.REASONS


json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    *(
                        "msg",
                        "checkpoints",
                        "tracking_number",
                        "tag",
                        "checkpoint_time",
                        "shipments",
                        "events",
                    ),
                    *(
                        "trackResponse",
                        "shipment",
                        "package",
                        "activity",
                        "status",
                        "response",
                        "errors",
                        "scans",
                    ),
                    *(
                        "occurred_at",
                        "code",
                        "timestamp",
                        "location",
                        "address",
                        "statusCode",
                        "date",
                        "time",
                    ),
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=25,
)


@given(st.dictionaries(st.sampled_from(["msg", "shipments", "trackResponse", "response", "scans"]), json))
def test_nonsense_is_refused_in_words(payload: dict[str, Any]) -> None:
    aftership.read(payload)
    webhook.read(payload)
    for reading in (ups, dhl):
        with contextlib.suppress(CarrierTrouble):
            assert all(scan.raw_code for scan in reading.read(payload))


def test_a_file_with_good_and_bad_rows() -> None:
    file = (
        "Tracking number;Status;Time;Description;City\r\n"
        "1Z1;Out for delivery;2026-03-10T08:00:00+01:00;In the van;Ulm\r\n"
        "1Z2;teleported;2026-03-10T08:00:00+01:00;;\r\n"
        ";delivered;2026-03-10T08:00:00+01:00;;\r\n"
        "\r\n"
        "1Z3;delivered;yesterday;;\r\n"
    ).encode("utf-8-sig")
    reading = tables.read(file)
    (row,) = reading.rows
    assert (row.line, row.tracking_number, row.scan.status, row.scan.place) == (
        2,
        "1Z1",
        "out_for_delivery",
        "Ulm",
    )
    assert [reject.line for reject in reading.rejects] == [3, 4, 6]
    assert "use one of" in reading.rejects[0].says


@pytest.mark.parametrize(
    ("file", "says"),
    [
        (b"", "tracking_number"),
        (b"a,b\n1,2\n", "names no column"),
        (b"tracking_number,time\n1,2\n", "status or code"),
        (b"\xff\xfe\x00", "UTF-8"),
        (b"tracking_number,time,status\n" + b"1,2,3\n" * 5001, "more than 5,000"),
        (b"x" * 2_000_001, "2 MB"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(file: bytes, says: str) -> None:
    assert says in tables.read(file).wrong


@given(st.lists(st.text(max_size=12), max_size=8))
def test_every_row_is_taken_or_rejected_with_a_reason(cells: list[str]) -> None:
    rows = [cell.replace("\0", "") for cell in cells]
    reading = tables.read("\n".join(["tracking_number,time,status", *rows]).encode())
    assert reading.wrong or not reading.rows
    assert all(reject.says for reject in reading.rejects)
