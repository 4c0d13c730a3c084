"""The shopper's door: asking about an order, on the order's page."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from aftercart.helpdesk.actions import ask_question
from aftercart.helpdesk.forms import TOPICS, QuestionForm, new_key
from aftercart.helpdesk.portal_page import conversation, visit_of
from aftercart.kernel import clock
from aftercart.kernel.links.limits import allow, visitor
from aftercart.orders.models import Order
from aftercart.orders.permissions import ShopperRequest, with_order
from aftercart.stores.models import Merchant

PER_ORDER = (12, timedelta(hours=1))
PER_VISITOR = (40, timedelta(hours=1))


@require_http_methods(["GET", "HEAD", "POST"])
@with_order
def ask(request: ShopperRequest) -> HttpResponse:
    """Take a question; show it at once in the page's conversation, or say in words what is missing."""
    if request.method != "POST":  # somebody switched the language here
        return redirect("order-page", token=request.token)
    form = QuestionForm(request.POST)
    visit = visit_of(request, request.order)
    if conversation(request.order, clock.now(), visit=visit).is_running:
        form.go_on()
    if form.is_valid() and _may_write(request):
        ask_question(
            order_id=request.order.pk,
            text=form.cleaned_data["text"],
            topic=form.cleaned_data.get("topic", "other"),
            key=form.cleaned_data["key"],
            actor=request.actor,
            trust=request.trust,
            visit=visit,
            language=get_language() or request.order.language,
        )
        return _after(request)
    if form.is_valid():
        form.add_error(None, _("You have written a lot in a short time. Please wait a few minutes."))
    name = "conversation" if getattr(request, "htmx", False) else "question-page"
    return render(request, f"helpdesk/portal/{name}.html", _page(request, form), status=422)


def panel_context(request: HttpRequest, order: Order, form: QuestionForm | None = None) -> dict[str, Any]:
    """What the conversation panel shows: what was said, its state, and the form to write."""
    said = conversation(order, clock.now(), visit=visit_of(request, order))
    if form is None:
        topic = request.GET.get("topic", "")
        initial = {"key": new_key(), "topic": topic if topic in dict(TOPICS) else "where"}
        form = QuestionForm(initial=initial)
        if said.is_running:
            form.go_on()
    token = getattr(request, "token", "")
    return {
        "conversation": said,
        "form": form,
        "action": reverse("order-questions", args=[token]),
        "styles": "helpdesk/portal.css",
    }


def _may_write(request: ShopperRequest) -> bool:
    now = clock.now()
    order_may = allow(f"order-question:order:{request.order.pk}", *PER_ORDER, now=now)
    return allow(f"order-question:visitor:{visitor(request)}", *PER_VISITOR, now=now) and order_may


def _after(request: ShopperRequest) -> HttpResponse:
    said = _("Thank you. We have your message and answer by e-mail.")
    if getattr(request, "htmx", False):
        context = {"panel": panel_context(request, request.order), "said": said}
        return render(request, "helpdesk/portal/conversation.html", context)
    messages.success(request, said)
    return redirect(f"{reverse('order-page', args=[request.token])}#questions")


def _page(request: ShopperRequest, form: QuestionForm) -> dict[str, Any]:
    return {
        "order": request.order,
        "channel": request.order.channel,
        "merchant": Merchant.objects.first(),
        "panel": panel_context(request, request.order, form),
        "token": request.token,
    }
