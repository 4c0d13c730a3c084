"""Set up > Order changes: what shoppers of each channel may change alone, as sentences."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from aftercart.kernel import clock
from aftercart.kernel.rules import Problem, describe
from aftercart.kernel.rules.editor import EMPTY, Editor, parse, preview
from aftercart.orders.actions import save_change_policy
from aftercart.orders.changes.policies import policy_of
from aftercart.orders.changes.rules import KINDS, Policy
from aftercart.orders.facts import change as subject
from aftercart.orders.models import Change, ChangePolicy, Order
from aftercart.orders.rules import Refused
from aftercart.stores.models import Channel
from aftercart.stores.permissions import StaffRequest, require, within_channels

PERMISSION = "settings.manage"
MODES = (("automatic", "at once"), ("approval", "after a colleague agreed"), ("off", "not alone"))
VERBS = {
    "cancel": "Cancel the order",
    "address": "Change the address",
    "variant": "Choose another size or colour",
    "quantity": "Change a quantity",
    "add": "Add a product",
    "remove": "Take a product out",
}


class PolicyForm(forms.Form):
    """The policy as blanks in sentences."""

    window_minutes = forms.IntegerField(
        label="Minutes after the order was placed", min_value=0, max_value=43_200
    )
    price_basis = forms.ChoiceField(
        label="More pieces and other variants cost",
        choices=[("order", "what they cost in the order"), ("catalogue", "what the catalogue says today")],
    )
    pay_minutes = forms.IntegerField(label="Minutes to pay a difference", min_value=1, max_value=43_200)
    decide_hours = forms.IntegerField(label="Hours for a colleague to decide", min_value=1, max_value=720)
    seen_revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, policy: Policy) -> None:
        initial = {
            name: getattr(policy, name)
            for name in ("window_minutes", "price_basis", "pay_minutes", "decide_hours")
        }
        initial |= {"seen_revision": policy.revision} | {f"kind_{kind}": policy.mode(kind) for kind in KINDS}
        super().__init__(data, initial=initial)
        for kind in KINDS:
            self.fields[f"kind_{kind}"] = forms.ChoiceField(label=VERBS[kind], choices=MODES)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@require(PERMISSION)
def order_changes(request: StaffRequest) -> HttpResponse:
    """The policy of a channel (``?channel=``), the first one to begin with, and saving it as a new revision."""
    channels = list(Channel.objects.filter(is_active=True).order_by("name"))
    slug = request.GET.get("channel", "")
    channel = get_object_or_404(Channel, slug=slug) if slug else next(iter(channels), None)
    if channel is None:
        return render(request, "orders/changes/desk/policy.html", {"channels": []})
    policy = policy_of(channel.pk)
    rule_text = json.dumps(policy.approval_rule or EMPTY)
    form = PolicyForm(request.POST or None, policy=policy)
    problems: list[Problem] = []
    if request.method == "POST":
        rule_text = request.POST.get("rule", "") or json.dumps(EMPTY)
        rule, problems = parse(rule_text, subject)
        if not problems and form.is_valid() and _save(request, channel, form, rule):
            return redirect(f"{reverse('desk-order-changes')}?channel={channel.slug}")
    editor = Editor(
        subject=subject,
        preview_url=reverse("desk-order-changes-preview"),
        text=rule_text,
        currencies=[channel.currency],
        problems=problems,
    )
    context = {
        "channels": channels,
        "channel": channel,
        "policy": policy,
        "form": form,
        "kind_fields": [form[f"kind_{kind}"] for kind in KINDS],
        "editor": editor,
        "rule_words": describe(policy.approval_rule, subject).sentence if policy.approval_rule else "",
        "revisions": ChangePolicy.objects.filter(channel=channel).order_by("-revision")[:10],
    }
    is_wrong = request.method == "POST" and (problems or form.errors)
    return render(request, "orders/changes/desk/policy.html", context, status=422 if is_wrong else 200)


@require_POST
@require(PERMISSION)
def rule_preview(request: StaffRequest) -> JsonResponse:
    """What the editor shows of an unsaved rule: how many changes so far it would have held up."""
    orders = within_channels(Order.objects.all(), request.member)
    among = Change.objects.filter(order__in=orders)
    return JsonResponse(preview(request.POST.get("rule", ""), subject, among, now=clock.now()))


def _save(request: StaffRequest, channel: Channel, form: PolicyForm, rule: dict[str, object]) -> bool:
    given = form.cleaned_data
    try:
        save_change_policy(
            channel_id=channel.pk,
            window_minutes=given["window_minutes"],
            kinds={kind: given[f"kind_{kind}"] for kind in KINDS},
            approval_rule=rule if rule.get("all") or rule.get("any") or rule.get("not") else None,
            price_basis=given["price_basis"],
            pay_minutes=given["pay_minutes"],
            decide_hours=given["decide_hours"],
            actor=request.actor,
            seen_revision=given["seen_revision"],
        )
    except Refused as no:
        messages.error(request, str(no))
        return False
    messages.success(request, "Saved. Orders from now on follow it.")
    return True
