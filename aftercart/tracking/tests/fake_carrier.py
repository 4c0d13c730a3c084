"""A carrier on loopback: UPS's and DHL's documented answers, refusals, silence; it counts who asks about what."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass
class FakeCarrier:
    """Answers by number; ``status`` other than 200 refuses everything with ``refusal``."""

    answers: dict[str, Any] = field(default_factory=dict)
    asked: Counter[str] = field(default_factory=Counter)
    status: int = 200
    refusal: Any = None
    delay: float = 0.0
    address: str = ""
    keys: set[str] = field(default_factory=set)


def _handler(fake: FakeCarrier) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            token = {"access_token": "t", "issued_at": str(int(time.time() * 1000)), "expires_in": "14399"}
            self._say(200, token)

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            number = parse_qs(parts.query).get("trackingNumber", [parts.path.rsplit("/", 1)[-1]])[0]
            fake.asked[number] += 1
            fake.keys.add(self.headers.get("DHL-API-Key") or self.headers.get("authorization") or "")
            time.sleep(fake.delay)
            if fake.status != 200:
                self._say(fake.status, fake.refusal)
            elif number in fake.answers:
                self._say(200, fake.answers[number])
            else:
                self._say(404, {"title": "No result found", "status": 404, "detail": "No shipment found."})

        def _say(self, status: int, body: Any) -> None:
            data = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: Any) -> None:
            pass

    return Handler


@contextmanager
def fake_carrier() -> Iterator[FakeCarrier]:
    """A running fake carrier, at its ``address``."""
    fake = FakeCarrier()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(fake))
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    fake.address = f"http://127.0.0.1:{server.server_port}"
    try:
        yield fake
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def ups_answer(*activities: tuple[str, str, str, str, str]) -> dict[str, Any]:
    """UPS's answer; an activity is (type, code, description, local time, offset), all in Berlin, newest first."""
    return {
        "trackResponse": {
            "shipment": [
                {
                    "inquiryNumber": "1Z5R89390357567127",
                    "package": [
                        {
                            "trackingNumber": "1Z5R89390357567127",
                            "deliveryDate": [{"type": "DEL", "date": "20260314"}],
                            "activity": [_activity(*one) for one in activities],
                        }
                    ],
                }
            ]
        }
    }


def _activity(kind: str, code: str, words: str, local: str, offset: str) -> dict[str, Any]:
    day, clock = local.split("T")
    return {
        "location": {
            "address": {
                "city": "Berlin",
                "stateProvince": "",
                "postalCode": "",
                "countryCode": "DE",
                "country": "DE",
            },
            "slic": "1234",
        },
        "status": {"type": kind, "description": words, "code": code, "statusCode": "021"},
        "date": day.replace("-", ""),
        "time": clock.replace(":", ""),
        "gmtOffset": offset,
    }


def dhl_answer(*events: tuple[str, str, str]) -> dict[str, Any]:
    """DHL's answer; an event is (statusCode, description, local time), all in Bonn, newest first."""
    told = [
        {
            "timestamp": at,
            "location": {"address": {"countryCode": "DE", "addressLocality": "Bonn"}},
            "statusCode": code,
            "status": words.upper(),
            "description": words,
        }
        for code, words, at in events
    ]
    return {
        "shipments": [
            {
                "id": "00340434161094042557",
                "service": "parcel-de",
                "origin": {"address": {"countryCode": "DE"}},
                "destination": {"address": {"countryCode": "DE"}},
                "status": told[0],
                "details": {"product": {"productName": "DHL PAKET"}},
                "events": told,
            }
        ]
    }
