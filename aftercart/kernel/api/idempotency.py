"""``Idempotency-Key``: a request repeated (after a timeout, by an impatient client) is done once.

The answer is stored in the transaction of the change. A repetition that comes while the first is still
running waits for it; one with the same key and other content is refused. Refusals (4xx) and failures are
not stored: they changed nothing and may be tried again.
"""

from __future__ import annotations

import hashlib
import inspect
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, TypeVar, cast

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from ninja.operation import Operation
from ninja.utils import contribute_operation_callback

from aftercart.kernel import clock
from aftercart.kernel.api.models import StoredAnswer
from aftercart.kernel.api.problems import Problem

View = TypeVar("View", bound=Callable[..., Any])
KEPT = timedelta(days=7)
KEY = re.compile(r"[A-Za-z0-9_.:-]{1,120}")
HEADER = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "Any text of your own; the same request sent again with it is done once.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 120, "pattern": "^[A-Za-z0-9_.:-]+$"},
}


def once(view: View) -> View:
    """Honour ``Idempotency-Key`` on a view that returns a ``Status`` with a schema's instance.

    Raises:
        Problem: 422 for a key that is too long or was used with another request.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        key = request.headers.get("Idempotency-Key")
        if key is None:
            return view(request, *args, **kwargs)
        if not KEY.fullmatch(key):
            raise Problem(422, "An Idempotency-Key has 1 to 120 letters, digits or any of . _ : -")
        return _once(request, key, lambda: view(request, *args, **kwargs))

    # The router reads types from here: resolved where the view was written, not where the wrapper was.
    guarded.__signature__ = inspect.signature(view, eval_str=True)  # type: ignore[attr-defined]
    contribute_operation_callback(guarded, _document)
    return cast("View", guarded)


def _document(operation: Operation) -> None:
    operation.openapi_extra = {**(operation.openapi_extra or {}), "parameters": [HEADER]}


def _once(request: HttpRequest, key: str, work: Callable[[], Any]) -> Any:
    caller = str(getattr(request, "actor", "") or "anonymous")
    digest = _digest(request)
    with transaction.atomic():
        row = _claim(caller, key, digest)
        if row is None:
            return _repeat(caller, key, digest)
        result = work()
        row.status, row.body = result.status_code, result.value.model_dump_json(by_alias=True)
        row.save(update_fields=["status", "body"])
    return _answer(row)


def _claim(caller: str, key: str, digest: str) -> StoredAnswer | None:
    try:
        with transaction.atomic():
            return StoredAnswer.objects.create(caller=caller, key=key, digest=digest, created_at=clock.now())
    except IntegrityError:
        return None


def _repeat(caller: str, key: str, digest: str) -> HttpResponse:
    row = StoredAnswer.objects.get(caller=caller, key=key)
    if row.digest != digest:
        raise Problem(422, "This Idempotency-Key was used for another request; take a new one.")
    response = _answer(row)
    response["Idempotent-Replayed"] = "true"
    return response


def _answer(row: StoredAnswer) -> HttpResponse:
    return HttpResponse(row.body, status=row.status, content_type="application/json; charset=utf-8")


def _digest(request: HttpRequest) -> str:
    told = f"{request.method} {request.get_full_path()}\n".encode() + request.body
    return hashlib.sha256(told).hexdigest()


def forget_old_answers(*, now: datetime) -> int:
    """Delete answers older than a week; returns how many."""
    return StoredAnswer.objects.filter(created_at__lt=now - KEPT).delete()[0]
