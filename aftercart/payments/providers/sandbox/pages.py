"""The sandbox's own pages, where a payer would stand at a bank: a card to type, then a bank's question."""

from __future__ import annotations

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from aftercart.payments.models import SandboxIntent
from aftercart.payments.providers.sandbox import actions as books
from aftercart.payments.providers.sandbox.cards import CARDS, Card, card_for
from aftercart.payments.providers.sandbox.provider import sandbox_is_allowed
from aftercart.stores.models import Merchant


class CardForm(forms.Form):
    """A test card's number; nothing else of it is asked."""

    number = forms.CharField(
        label=gettext_lazy("Card number"),
        max_length=30,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        help_text=gettext_lazy("A test number only: real cards are refused."),
    )

    def clean_number(self) -> Card:
        card = card_for(self.cleaned_data["number"])
        if card is None:
            raise forms.ValidationError(_("This is not one of the test cards below."))
        return card


@require_http_methods(["GET", "HEAD", "POST"])
def pay(request: HttpRequest, reference: str) -> HttpResponse:
    """Type a card, or answer the bank; then back to the shop."""
    intent = SandboxIntent.objects.select_related("account__channel").filter(reference=reference).first()
    if intent is None or not sandbox_is_allowed():
        raise Http404
    if intent.state != "requires_action":
        return redirect(intent.return_url or "/")
    form = CardForm(request.POST or None) if "number" in request.POST else CardForm()
    if request.method == "POST":
        intent = _act(request, intent, form)
        if intent.state != "requires_action":
            return redirect(intent.return_url or "/")
        if not form.is_bound or form.is_valid():
            return redirect("payment-sandbox", reference=reference)
    return _page(request, intent, form)


def _act(request: HttpRequest, intent: SandboxIntent, form: CardForm) -> SandboxIntent:
    answer = request.POST.get("answer", "")
    if answer == "leave":
        return books.give_up(intent.reference)
    if intent.step == "bank" and answer in {"approve", "refuse"}:
        return books.answer_bank(intent.reference, approves=answer == "approve")
    if intent.step == "card" and form.is_bound and form.is_valid():
        return books.pay(intent.reference, form.cleaned_data["number"])
    return intent


def _page(request: HttpRequest, intent: SandboxIntent, form: CardForm) -> HttpResponse:
    context = {
        "intent": intent,
        "form": form,
        "cards": CARDS,
        "merchant": Merchant.objects.first(),
        "channel": intent.account.channel,
    }
    status = 422 if form.is_bound and not form.is_valid() else 200
    response = render(request, f"payments/sandbox/{intent.step}.html", context, status=status)
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    patch_cache_control(response, private=True, no_store=True)
    return response
