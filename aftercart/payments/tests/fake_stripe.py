"""A Stripe of our own on loopback: it obeys the documented protocol strictly, idempotency and over-refunds included.

https://docs.stripe.com/api/errors, /api/idempotent_requests, /api/payment_intents, /api/checkout/sessions, /api/refunds
"""

from __future__ import annotations

import hashlib
import hmac
import itertools
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

KEY, SECRET = "sk_test_fake", "whsec_fake"
Answer = tuple[int, dict[str, Any]]


def error(status: int, kind: str, message: str, **more: Any) -> Answer:
    return status, {"error": {"type": kind, "message": message, **more}}


def unflatten(pairs: list[tuple[str, str]]) -> dict[str, Any]:
    """``a[b][0]=c`` as nested mappings, the way Stripe's form encoding is read."""
    found: dict[str, Any] = {}
    for name, value in pairs:
        head, *rest = name.replace("]", "").split("[")
        place = found
        for part in [head, *rest][:-1]:
            place = place.setdefault(part, {})
        place[[head, *rest][-1]] = value
    return found


class FakeStripe:
    """The books. ``silent`` answers a path once with nothing after the deed was done: a connection cut."""

    def __init__(self) -> None:
        self.intents: dict[str, dict[str, Any]] = {}
        self.sessions: dict[str, dict[str, Any]] = {}
        self.refunds: dict[str, dict[str, Any]] = {}
        self.kept: dict[str, tuple[str, str, Answer]] = {}
        self.calls: list[tuple[str, str, str]] = []
        self.cut: set[str] = set()
        self.base = ""
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)

    def answer(self, method: str, path: str, body: dict[str, Any], key: str, auth: str) -> Answer:
        with self._lock:
            self.calls.append((method, path, key))
            if auth != f"Bearer {KEY}":
                return error(401, "invalid_request_error", "Invalid API Key provided")
            digest = hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
            if key and key in self.kept:
                same_path, same_body, answer = self.kept[key]
                if (same_path, same_body) != (path, digest):
                    return error(
                        400, "idempotency_error", "Keys for idempotent requests can only be used once"
                    )
                return answer
            answer = self._do(method, [part for part in path.split("/") if part][1:], body)
            if key and method == "POST":
                self.kept[key] = (path, digest, answer)
            return answer

    def _do(self, method: str, parts: list[str], body: dict[str, Any]) -> Answer:
        name = next((part for part in parts if part in self.sessions or part in self.intents), "")
        route = " ".join([method, *("NAME" if part == name else part for part in parts)])
        deeds: dict[str, Callable[[], Answer]] = {
            "POST checkout sessions": lambda: (200, self._open(body)),
            "GET checkout sessions NAME": lambda: (200, self._session(name, body)),
            "POST checkout sessions NAME expire": lambda: self._expire(name),
            "POST payment_intents": lambda: self._confirm(body),
            "GET payment_intents NAME": lambda: (200, self.intents[name]),
            "POST payment_intents NAME capture": lambda: self._capture(name, body),
            "POST payment_intents NAME cancel": lambda: self._cancel(name),
            "POST refunds": lambda: self._refund(body),
            "GET refunds": lambda: (200, self._listed(body["payment_intent"])),
        }
        if route in deeds:
            return deeds[route]()
        return error(404, "invalid_request_error", "No such resource", code="resource_missing")

    def _session(self, name: str, body: dict[str, Any]) -> dict[str, Any]:
        session = dict(self.sessions[name])
        if session["payment_intent"] and body.get("expand"):
            session["payment_intent"] = self.intents[session["payment_intent"]]
        return session

    def _listed(self, intent: str) -> dict[str, Any]:
        mine = [one for one in self.refunds.values() if one["payment_intent"] == intent]
        return {"object": "list", "data": mine, "has_more": False, "url": "/v1/refunds"}

    def _open(self, body: dict[str, Any]) -> dict[str, Any]:
        name = f"cs_test_{next(self._numbers)}"
        price = body["line_items"]["0"]["price_data"]
        self.sessions[name] = {
            "id": name,
            "object": "checkout.session",
            "status": "open",
            "payment_status": "unpaid",
            "payment_intent": None,
            "client_reference_id": body["client_reference_id"],
            "amount_total": int(price["unit_amount"]),
            "currency": price["currency"],
            "url": f"{self.base}/pay/{name}",
            "success_url": body["success_url"],
            "_intent": body["payment_intent_data"],
        }
        return self.sessions[name]

    def _expire(self, name: str) -> Answer:
        session = self.sessions[name]
        if session["status"] != "open":
            return error(
                400, "invalid_request_error", "Only Checkout Sessions with a status in [open] can be expired."
            )
        session["status"] = "expired"
        return 200, session

    def _new_intent(
        self, amount: int, currency: str, metadata: dict[str, str], capture: str
    ) -> dict[str, Any]:
        name = f"pi_{next(self._numbers)}"
        self.intents[name] = {
            "id": name,
            "object": "payment_intent",
            "status": "requires_payment_method",
            "amount": amount,
            "amount_received": 0,
            "currency": currency,
            "metadata": metadata,
            "capture_method": capture,
            "last_payment_error": None,
            "next_action": None,
        }
        return self.intents[name]

    def _confirm(self, body: dict[str, Any]) -> Answer:
        intent = self._new_intent(
            int(body["amount"]),
            body["currency"],
            body.get("metadata", {}),
            body.get("capture_method", "automatic"),
        )
        method = body["payment_method"]
        if method == "pm_card_chargeDeclinedInsufficientFunds":
            told = {"code": "card_declined", "decline_code": "insufficient_funds", "message": "Not enough."}
            intent["last_payment_error"] = told | {"type": "card_error"}
            return 402, {"error": {"type": "card_error", **told, "payment_intent": intent}}
        if method == "pm_card_threeDSecureRequired":
            intent["status"] = "requires_action"
            intent["next_action"] = {
                "type": "redirect_to_url",
                "redirect_to_url": {"url": f"{self.base}/3ds"},
            }
            return 200, intent
        self.succeed(intent["id"])
        return 200, intent

    def succeed(self, name: str) -> None:
        """The payer did what was asked."""
        intent = self.intents[name]
        if intent["capture_method"] == "manual":
            intent["status"] = "requires_capture"
            return
        intent["status"], intent["amount_received"] = "succeeded", intent["amount"]

    def pay_session(self, name: str) -> dict[str, Any]:
        """The payer paid on the Checkout page."""
        session = self.sessions[name]
        data = session["_intent"]
        intent = self._new_intent(
            session["amount_total"], session["currency"], data["metadata"], data["capture_method"]
        )
        self.succeed(intent["id"])
        paid = "paid" if intent["status"] == "succeeded" else "unpaid"
        session |= {"status": "complete", "payment_status": paid, "payment_intent": intent["id"]}
        return intent

    def _capture(self, name: str, body: dict[str, Any]) -> Answer:
        intent = self.intents[name]
        if intent["status"] != "requires_capture":
            return error(400, "invalid_request_error", "This PaymentIntent could not be captured.")
        intent["status"] = "succeeded"
        intent["amount_received"] = int(body.get("amount_to_capture", intent["amount"]))
        return 200, intent

    def _cancel(self, name: str) -> Answer:
        intent = self.intents[name]
        if intent["status"] in {"succeeded", "canceled"}:
            return error(400, "invalid_request_error", "You cannot cancel this PaymentIntent.")
        intent["status"] = "canceled"
        return 200, intent

    def _refund(self, body: dict[str, Any]) -> Answer:
        intent = self.intents[body["payment_intent"]]
        gone = sum(
            one["amount"]
            for one in self.refunds.values()
            if one["payment_intent"] == intent["id"] and one["status"] != "failed"
        )
        amount = int(body["amount"])
        if amount > intent["amount_received"] - gone:
            return error(
                400, "invalid_request_error", "Refund amount is greater than unrefunded amount on charge"
            )
        name = f"re_{next(self._numbers)}"
        self.refunds[name] = {
            "id": name,
            "object": "refund",
            "status": "succeeded",
            "amount": amount,
            "currency": intent["currency"],
            "payment_intent": intent["id"],
            "metadata": body.get("metadata", {}),
            "failure_reason": None,
        }
        return 200, self.refunds[name]


def event(kind: str, thing: dict[str, Any], *, at: int | None = None, number: str = "") -> bytes:
    """A webhook's body."""
    return json.dumps(
        {
            "id": f"evt_{number or thing['id']}_{kind}",
            "object": "event",
            "type": kind,
            "created": at or int(time.time()),
            "data": {"object": thing},
        }
    ).encode()


def signature(body: bytes, *, secret: str = SECRET, at: int | None = None) -> str:
    """Its ``Stripe-Signature``."""
    stamp = str(at or int(time.time()))
    made = hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={stamp},v1={made}"


class Handler(BaseHTTPRequestHandler):
    """One request to the fake that the server carries."""

    def do_POST(self) -> None:
        self._reply("POST")

    def do_GET(self) -> None:
        self._reply("GET")

    def _reply(self, method: str) -> None:
        fake: FakeStripe = self.server.fake  # type: ignore[attr-defined]  # set by serving()
        parts = urlsplit(self.path)
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        body = unflatten(parse_qsl(raw or parts.query, keep_blank_values=True))
        key = self.headers.get("Idempotency-Key", "") if method == "POST" else ""
        status, answer = fake.answer(method, parts.path, body, key, self.headers.get("Authorization", ""))
        if parts.path in fake.cut:
            self.close_connection = True
            return
        text = json.dumps({k: v for k, v in answer.items() if not k.startswith("_")}).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - the base class's name
        """Silence."""


@contextmanager
def serving() -> Iterator[FakeStripe]:
    """The fake on a port of loopback."""
    fake = FakeStripe()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.fake = fake  # type: ignore[attr-defined]  # what Handler reads
    fake.base = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield fake
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
