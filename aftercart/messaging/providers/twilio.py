"""Twilio Programmable Messaging over its HTTP API (version 2010-04-01).

Twilio knows no idempotency key. A text whose answer was lost may have been taken, so before a second try the
account is asked for a message with the same number and words, and one that is found counts as sent.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from aftercart.kernel.outbox.rules import Outcome, Refused, Retry, Sent, Unclear
from aftercart.messaging.ports import ANSWERED_STOP, Text

TIMEOUT = httpx.Timeout(10.0, connect=5.0)
STOPPED = 21610
NO_SUCH_NUMBER = {21211, 21214, 21217, 21612, 21614}
NOBODY_THERE = NO_SUCH_NUMBER | {30005, 30006}  # in reports: an unknown handset, a landline
MOST_ASKED = 50


class Twilio:
    """Sends through one account; the connection is kept."""

    name = "twilio"

    def __init__(self, *, account: str, token: str, url: str, sender: str, callback: str) -> None:
        self._messages = f"/2010-04-01/Accounts/{account}/Messages.json"
        self._account = f"/2010-04-01/Accounts/{account}.json"
        self._sender = sender
        self._callback = callback
        self._client = httpx.Client(base_url=url, auth=(account, token), timeout=TIMEOUT)

    def send(self, text: Text) -> Outcome:
        """Hand over, after looking whether an earlier try arrived after all."""
        sender = text.sender or self._sender
        if not sender:
            return Refused(reason="the channel has no sender for text messages, and SMS_URL names none")
        try:
            if text.attempt > 1 and (known := self._find(text)):
                return Sent(provider_message_id=known, reply="found: an earlier try had arrived")
        except (httpx.HTTPError, ValueError, KeyError) as error:
            return Retry(reason=f"cannot ask what arrived: {type(error).__name__}")
        key = "MessagingServiceSid" if sender.startswith("MG") else "From"
        form = {"To": text.number, key: sender, "Body": text.body}
        if self._callback.startswith("https://"):
            # It names the text, so that a report which overtakes the answer to this request finds it, too.
            form["StatusCallback"] = f"{self._callback}?text={text.effect_id}"
        try:
            answer = self._client.post(self._messages, data=form)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            return Retry(reason=f"no connection: {type(error).__name__}")
        except httpx.HTTPError as error:
            return Unclear(reason=f"no answer: {type(error).__name__}")
        return _outcome(answer)

    def check(self) -> str:
        """Ask for the account itself."""
        try:
            answer = self._client.get(self._account)
        except httpx.HTTPError as error:
            return f"Twilio does not answer ({type(error).__name__})"
        if answer.status_code != httpx.codes.OK:
            return f"Twilio refuses the account ({answer.status_code})"
        return ""

    def close(self) -> None:
        """Let go of the connection."""
        self._client.close()

    def _find(self, text: Text) -> str:
        """The provider's name of the same text since it was first tried; empty when there is none."""
        since = text.first_tried_at - timedelta(minutes=1)
        day = since.astimezone(UTC).date().isoformat()
        query: dict[str, str | int] = {"To": text.number, "DateSent>": day, "PageSize": MOST_ASKED}
        answer = self._client.get(self._messages, params=query)
        answer.raise_for_status()
        for row in answer.json()["messages"]:
            if row.get("body") == text.body and _moment(row.get("date_created")) >= since:
                return str(row["sid"])
        return ""


def _outcome(answer: httpx.Response) -> Outcome:
    try:
        body: Any = answer.json()
    except ValueError:
        body = {}
    body = body if isinstance(body, dict) else {}
    if answer.status_code in {200, 201}:
        return Sent(provider_message_id=str(body.get("sid", ""))[:250], reply=str(body.get("status", "")))
    code = int(body.get("code") or 0)
    reason = f"{answer.status_code} {code or ''} {str(body.get('message', ''))[:200]}".strip()
    if answer.status_code == httpx.codes.TOO_MANY_REQUESTS:
        return Retry(reason=reason)
    if answer.status_code >= 500:
        return Unclear(reason=reason)
    if answer.status_code in {401, 403}:
        return Retry(reason=f"the account is refused: {reason}", after=timedelta(minutes=10))
    if code == STOPPED:
        return Refused(reason=f"{ANSWERED_STOP}: {reason}", is_bad_address=True)
    return Refused(reason=reason, is_bad_address=code in NO_SUCH_NUMBER)


def _moment(text: str | None) -> datetime:
    """Twilio writes times as RFC 2822; one that cannot be read is long ago."""
    try:
        return datetime.strptime(text or "", "%a, %d %b %Y %H:%M:%S %z")
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)


def is_signed(*, url: str, form: Mapping[str, str], signature: str, token: str) -> bool:
    """Whether a callback is Twilio's: HMAC-SHA1, with the account's token, of the address and the sorted fields."""
    told = url + "".join(f"{key}{form[key]}" for key in sorted(form))
    wanted = base64.b64encode(hmac.new(token.encode(), told.encode(), hashlib.sha1).digest()).decode()
    return hmac.compare_digest(wanted.encode(), signature.encode())
