"""``Idempotency-Key``: a request repeated (after a timeout, by an impatient client) is done once.

The answer is stored in the transaction of the change. A repetition that comes while the first is still
running waits for it; one with the same key and other content is refused. Refusals (4xx) and failures are
not stored: they changed nothing and may be tried again.
"""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, TypeVar, cast

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse

from aftercart.kernel import clock
from aftercart.kernel.api.models import StoredAnswer
from aftercart.kernel.api.problems import Problem

View = TypeVar("View", bound=Callable[..., Any])
KEPT = timedelta(days=7)
LONGEST_KEY = 120


def once(view: View) -> View:
    """Honour ``Idempotency-Key`` on a view that returns ``(status, schema instance)``.

    Raises:
        Problem: 422 for a key that is too long or was used with another request.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        key = request.headers.get("Idempotency-Key", "")
        if not key:
            return view(request, *args, **kwargs)
        if len(key) > LONGEST_KEY or not key.isprintable() or not key.isascii():
            raise Problem(422, f"An Idempotency-Key has 1 to {LONGEST_KEY} printable ASCII characters.")
        return _once(request, key, lambda: view(request, *args, **kwargs))

    # The router reads types from here: resolved where the view was written, not where the wrapper was.
    guarded.__signature__ = inspect.signature(view, eval_str=True)  # type: ignore[attr-defined]
    return cast("View", guarded)


def _once(request: HttpRequest, key: str, work: Callable[[], Any]) -> Any:
    caller = str(getattr(request, "actor", "") or "anonymous")
    digest = _digest(request)
    with transaction.atomic():
        row = _claim(caller, key, digest)
        if row is None:
            return _repeat(caller, key, digest)
        status, shown = work()
        row.status, row.body = status, shown.model_dump_json(by_alias=True)
        row.save(update_fields=["status", "body"])
    return status, shown


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
    response = HttpResponse(row.body, status=row.status, content_type="application/json; charset=utf-8")
    response["Idempotent-Replayed"] = "true"
    return response


def _digest(request: HttpRequest) -> str:
    told = f"{request.method} {request.get_full_path()}\n".encode() + request.body
    return hashlib.sha256(told).hexdigest()


def forget_old_answers(*, now: datetime) -> int:
    """Delete answers older than a week; returns how many."""
    return StoredAnswer.objects.filter(created_at__lt=now - KEPT).delete()[0]
