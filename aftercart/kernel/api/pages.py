"""Addresses beside the API itself: its reference, and the schema of rules. Nothing in them is the merchant's."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from ninja import NinjaAPI

from aftercart.kernel.api.problems import answer
from aftercart.kernel.api.reference import Reference, reference_of
from aftercart.kernel.rules.facts import subjects
from aftercart.kernel.rules.schema import schema

HOUR = 3600


def reference_page(api: NinjaAPI) -> Callable[[HttpRequest], HttpResponse]:
    """The view that shows an API to people, who can call each door from it with a token of theirs."""

    @lru_cache(maxsize=1)
    def told() -> Reference:
        return reference_of(json.loads(json.dumps(api.get_openapi_schema(), default=str)))

    @require_safe
    @cache_control(max_age=0)
    def show(request: HttpRequest) -> HttpResponse:
        with translation.override("en"):
            context = {"reference": told(), "document": reverse(f"{api.urls_namespace}:openapi-json")}
            return render(request, "api/reference.html", context)

    return show


@require_safe
@cache_control(public=True, max_age=HOUR)
def rule_schema(request: HttpRequest, subject: str) -> HttpResponse:  # noqa: ARG001 - a view
    """The JSON Schema of rules about a subject, for editors and checks elsewhere."""
    if subject not in subjects():
        known = ", ".join(sorted(subjects()))
        return answer(404, f"There are no rules about {subject[:40]!r}; there are about {known}.")
    address = f"{settings.BASE_URL}{reverse('rule-schema', args=[subject])}"
    return JsonResponse({"$id": address, **schema(subject)}, content_type="application/schema+json")
