"""Twilio's doors: what became of texts, and what shoppers answer. Nothing is believed that it has not signed.

A door of a provider that is not set up is a 404; a wrong signature is a 403 that says nothing more.
"""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from aftercart.messaging.actions import hear_text, report_text
from aftercart.messaging.models import TextReport
from aftercart.messaging.providers.twilio import NOBODY_THERE, STOPPED, is_signed

LARGEST = 64 * 1024
ACTOR = "provider:twilio"
NOTHING_TO_SAY = '<?xml version="1.0" encoding="UTF-8"?><Response></Response>'
SAID = {"STOP": "stop", "START": "start"}
STATUSES = {"read": "delivered"} | {status: status for status in TextReport.Status.values}


@csrf_exempt  # a signature takes its place
@require_POST
def told_status(request: HttpRequest) -> HttpResponse:
    """What became of a text. Steps on the way and texts that are not ours are heard and not noted."""
    form = _signed(request)
    if isinstance(form, HttpResponse):
        return form
    text, code = request.GET.get("text", ""), form.get("ErrorCode", "")
    number = int(code) if code.isdecimal() and len(code) <= 6 else 0
    sid = form.get("MessageSid") or form.get("SmsSid", "")
    status = STATUSES.get(form.get("MessageStatus") or form.get("SmsStatus", ""))
    if text.isdecimal() and len(text) <= 18 and 0 < len(sid) <= 64 and status:
        report_text(
            effect_id=int(text),
            sid=sid,
            status=status,
            code=number,
            actor=ACTOR,
            is_bad_number=number in NOBODY_THERE,
            has_stopped=number == STOPPED,
        )
    return HttpResponse(status=204)


@csrf_exempt  # a signature takes its place
@require_POST
def told_text(request: HttpRequest) -> HttpResponse:
    """A shopper's text. It is never answered: the provider confirms a STOP itself."""
    form = _signed(request)
    if isinstance(form, HttpResponse):
        return form
    sid, number = form.get("MessageSid", ""), form.get("From", "")
    if 0 < len(sid) <= 64 and 0 < len(number) <= 40:
        hear_text(
            sid=sid,
            number=number,
            to=form.get("To", ""),
            body=form.get("Body", ""),
            actor=ACTOR,
            said=SAID.get(form.get("OptOutType", ""), ""),
        )
    return HttpResponse(NOTHING_TO_SAY, content_type="text/xml")


def _signed(request: HttpRequest) -> dict[str, str] | HttpResponse:
    """The fields of a request that the account has signed, or the answer to any other."""
    texts = settings.TEXTS
    if texts.provider != "twilio":
        return HttpResponse(status=404)
    length = request.headers.get("Content-Length") or "0"
    if not length.isdecimal() or int(length) > LARGEST:
        return HttpResponse(status=413)
    if len(request.body) > LARGEST:
        return HttpResponse(status=413)
    form = {str(key): str(value) for key, value in request.POST.items()}
    # The address as Twilio knows it, whatever stands between: it is what was signed.
    url = settings.BASE_URL + request.get_full_path()
    signature = request.headers.get("X-Twilio-Signature", "")
    if not is_signed(url=url, form=form, signature=signature, token=texts.token):
        return HttpResponse(status=403)
    if form.get("AccountSid") != texts.account:
        return HttpResponse(status=403)
    return {key: value.replace("\0", "").strip() for key, value in form.items()}
