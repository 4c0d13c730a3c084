"""Errors as ``application/problem+json`` (RFC 9457), with a sentence that says what to do."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError

logger = logging.getLogger("aftercart.api")
TOO_BIG = "Send less at once: at most 8 MB in one request."
MEDIA_TYPE = "application/problem+json"
TITLES = {
    400: "This request cannot be read",
    401: "A token is needed",
    403: "The token does not allow this",
    404: "There is no such thing",
    409: "It cannot be done as things stand",
    413: "This is too much at once",
    422: "Something in the request is wrong",
    429: "Too many requests",
    500: "Something broke on our side",
}


class Fault(Schema):
    """One thing wrong in the request: where (JSON pointer) and what."""

    at: str
    says: str


class ProblemBody(Schema):
    """The body of every error."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[Fault] = []


class Problem(Exception):
    """Refuse a request. ``detail`` is a sentence for the engineer who reads it."""

    def __init__(self, status: int, detail: str, errors: Sequence[tuple[str, str]] = ()) -> None:
        super().__init__(detail)
        self.status, self.detail, self.errors = status, detail, list(errors)


def answer(status: int, detail: str, errors: Sequence[tuple[str, str]] = ()) -> HttpResponse:
    """An error as an HTTP answer."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": TITLES.get(status, "This did not work"),
        "status": status,
        "detail": detail,
        "errors": [{"at": at, "says": says} for at, says in errors],
    }
    response = HttpResponse(json.dumps(body), status=status, content_type=MEDIA_TYPE)
    if status == 401:
        response["WWW-Authenticate"] = 'Bearer realm="aftercart"'
    return response


def pointer(place: Sequence[str | int]) -> str:
    """Where a fault is, as a JSON pointer; the parameter's own name (``body``, ``payload``) is left out."""
    parts = [str(part) for part in place]
    known = {"body", "payload", "query", "path", "header", "data", "params"}
    while parts and parts[0] in known:
        parts = parts[1:]
    return "/" + "/".join(part.replace("~", "~0").replace("/", "~1") for part in parts)


def install(api: NinjaAPI) -> None:
    """Make every error of ``api`` a problem."""

    @api.exception_handler(Problem)
    def _problem(_request: HttpRequest, error: Problem) -> HttpResponse:
        return answer(error.status, error.detail, error.errors)

    @api.exception_handler(ValidationError)
    def _invalid(_request: HttpRequest, error: ValidationError) -> HttpResponse:
        faults = [(pointer(fault["loc"]), str(fault["msg"])) for fault in error.errors[:50]]
        return answer(422, "Some fields are missing or wrong; 'errors' says which.", faults)

    @api.exception_handler(AuthenticationError)
    def _unauthenticated(_request: HttpRequest, _error: AuthenticationError) -> HttpResponse:
        return answer(401, "Send a token of this shop as 'Authorization: Bearer ...'.")

    @api.exception_handler(Http404)
    def _missing(_request: HttpRequest, _error: Http404) -> HttpResponse:
        return answer(404, "It does not exist, or your token does not reach it.")

    @api.exception_handler(RequestDataTooBig)
    def _too_big(_request: HttpRequest, _error: RequestDataTooBig) -> HttpResponse:
        return answer(413, TOO_BIG)

    @api.exception_handler(Exception)
    def _broken(request: HttpRequest, error: Exception) -> HttpResponse:
        logger.error("%s %s", request.method, request.path, exc_info=error)
        return answer(500, "This is our fault; it has been written to the log.")

    @api.exception_handler(HttpError)
    def _http(_request: HttpRequest, error: HttpError) -> HttpResponse:
        if isinstance(error.__cause__ or error.__context__, RequestDataTooBig):
            return answer(413, TOO_BIG)
        return answer(error.status_code, str(error))
