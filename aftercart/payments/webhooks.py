"""The providers' door: nothing is believed that they have not signed."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from aftercart.payments.ports import BadSignature
from aftercart.payments.providers import KINDS
from aftercart.payments.receiving import receive

LARGEST = 256 * 1024


@csrf_exempt
@require_POST
def hear(request: HttpRequest, provider: str) -> HttpResponse:
    """Take a webhook: 200 when it is applied or was before, 400 when it is not signed.

    What is signed but names no charge of ours is answered with 200, too: repeating it would change nothing.
    """
    kind = KINDS.get(provider)
    if kind is None or not kind.hears_webhooks or not kind.is_usable():
        return HttpResponse(status=404)
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or int(length) > LARGEST:
        return HttpResponse(status=413)
    body = request.body
    if len(body) > LARGEST:
        return HttpResponse(status=413)
    try:
        receive(provider, body, request.headers)
    except BadSignature:
        return HttpResponse("Not signed by this provider.", status=400, content_type="text/plain")
    return HttpResponse("ok", content_type="text/plain")
