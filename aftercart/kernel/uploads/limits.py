"""Bodies that are larger than anything we ask for are refused before they are read."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render

from aftercart.kernel.uploads.photos import MOST_BYTES

MOST_IN_A_FORM = 6 * MOST_BYTES + 1024 * 1024
STAFF = ("/desk/", "/api/")
"""Imports are larger, and their doors ask who comes; the API reads no files."""


class LargeBodies:
    """Answers 413 to a shopper's form that weighs more than six photos.

    A body without a declared length is none to Django, so the header decides.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        declared = str(request.META.get("CONTENT_LENGTH") or "0")
        length = int(declared) if declared.isdecimal() else 0
        if length > MOST_IN_A_FORM and not request.path.startswith(STAFF):
            return render(request, "413.html", status=413)
        return self.get_response(request)
