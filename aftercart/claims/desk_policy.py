"""The desk's door to the policy for problems: its rules in order, each in the editor. Every change is a version."""

from __future__ import annotations

import json
from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from aftercart.claims.actions import save_policy
from aftercart.claims.facts import claim as subject
from aftercart.claims.models import Claim, Outcome, PolicyVersion
from aftercart.claims.policy import OFFERED, Policy, PolicyRule, policy_in_force
from aftercart.kernel import clock
from aftercart.kernel.rules.editor import EMPTY, Editor, parse, preview
from aftercart.orders.rules import Refused
from aftercart.stores.models import Channel
from aftercart.stores.permissions import StaffRequest, require, within_channels

PERMISSION = "claims.policy"
SHOWN_VERSIONS = 10
LABELS = {str(each): each.label for each in Outcome}


@require_safe
@never_cache
@require(PERMISSION)
def show_policy(request: StaffRequest) -> HttpResponse:
    """The rules in force, in their order, in words; and the versions before."""
    policy = policy_in_force()
    rows = [
        {"position": position, "rule": row, "outcome": LABELS[row.outcome]}
        for position, row in enumerate(policy.rules)
    ]
    context = {
        "rows": rows,
        "policy": policy,
        "last": len(rows) - 1,
        "versions": PolicyVersion.objects.all()[:SHOWN_VERSIONS],
    }
    return render(request, "claims/desk/policy.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@require(PERMISSION)
def new_rule(request: StaffRequest) -> HttpResponse:
    """The form for a further rule, and adding it at the end."""
    policy = policy_in_force()
    return _edit(request, policy, None, lambda row: [*policy.rules, row])


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@require(PERMISSION)
def edit_rule(request: StaffRequest, position: int) -> HttpResponse:
    """One rule in the editor, and saving it."""
    policy = policy_in_force()
    if position >= len(policy.rules):
        raise Http404
    before, after = list(policy.rules[:position]), list(policy.rules[position + 1 :])
    return _edit(request, policy, policy.rules[position], lambda row: [*before, row, *after])


@require_POST
@require(PERMISSION)
def move_rule(request: StaffRequest, position: int) -> HttpResponse:
    """Ask a rule earlier (``to=up``) or later, or no more (``to=away``)."""
    policy = policy_in_force()
    rules = list(policy.rules)
    target = {"up": position - 1, "down": position + 1}.get(request.POST.get("to", ""))
    if position >= len(rules) or (target is not None and not 0 <= target < len(rules)):
        raise Http404
    row = rules.pop(position)
    if target is not None:
        rules.insert(target, row)
    _save(request, rules)
    return redirect("desk-claim-policy")


@require_POST
@require(PERMISSION)
def preview_rule(request: StaffRequest) -> JsonResponse:
    """What the editor shows of an unsaved rule: its words, and how many problems so far it fits."""
    among = within_channels(Claim.objects.all(), request.member)
    return JsonResponse(preview(request.POST.get("rule", ""), subject, among, now=clock.now()))


def _edit(
    request: StaffRequest,
    policy: Policy,
    known: PolicyRule | None,
    placed: Callable[[PolicyRule], list[PolicyRule]],
) -> HttpResponse:
    text = json.dumps(dict(known.rule)) if known else json.dumps(EMPTY)
    name, outcome = (known.name, known.outcome) if known else ("", str(Outcome.ASK))
    errors: list[str] = []
    rule, problems = parse(text, subject)
    if request.method == "POST":
        text = request.POST.get("rule", "")
        name = request.POST.get("name", "").replace("\0", "").strip()[:120]
        outcome = request.POST.get("outcome", "")
        rule, problems = parse(text, subject)
        errors = [] if problems else _try(request, placed(PolicyRule(name=name, rule=rule, outcome=outcome)))
        if not problems and not errors:
            return redirect("desk-claim-policy")
    editor = Editor(
        subject=subject,
        preview_url=reverse("desk-claim-policy-preview"),
        text=text,
        currencies=_currencies(),
        problems=problems if request.method == "POST" else [],
    )
    context = {
        "editor": editor,
        "known": known,
        "name": name,
        "outcome": outcome,
        "outcomes": [(str(each), each.label) for each in OFFERED],
        "errors": errors,
        "seen_version": request.POST.get("seen_version", policy.version),
    }
    is_refused = request.method == "POST"
    return render(request, "claims/desk/policy-rule.html", context, status=422 if is_refused else 200)


def _currencies() -> list[str]:
    """What the merchant sells in, the first channels' first."""
    sold = Channel.objects.filter(is_active=True).order_by("pk").values_list("currency", flat=True)
    return list(dict.fromkeys(sold)) or ["EUR"]


def _try(request: StaffRequest, rules: list[PolicyRule]) -> list[str]:
    try:
        save_policy(rules=rules, seen_version=_seen(request), actor=request.actor)
    except Refused as refused:
        return [str(refused)]
    messages.success(request, "Saved. New problems are decided by it from now on.")
    return []


def _save(request: StaffRequest, rules: list[PolicyRule]) -> None:
    for refused in _try(request, rules):
        messages.error(request, refused)


def _seen(request: StaffRequest) -> int:
    seen = request.POST.get("seen_version", "")
    return int(seen) if seen.isdecimal() and len(seen) < 10 else -1
