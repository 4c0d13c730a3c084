"""Packing one order: scanned or counted into parcels on one form, which holds its state, so no script is needed."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from aftercart.kernel import clock
from aftercart.orders.addresses import Address, address_lines
from aftercart.orders.models import Line, Order
from aftercart.orders.rules import Refused, held_words
from aftercart.stores.permissions import StaffRequest, require
from aftercart.tracking.actions import Box, pack_order
from aftercart.tracking.bench import labels
from aftercart.tracking.bench.reached import reached_order
from aftercart.tracking.bench.rules import (
    MOST_PARCELS,
    ToPack,
    count_scan,
    fill,
    may_send,
    packed_of,
    parcels_of,
)
from aftercart.tracking.models import Pick
from aftercart.tracking.numbers import carriers, recognise


@dataclass(kw_only=True)
class Form:
    """What stands on the bench as the browser sent it; nonsense counts as nothing."""

    parcels: int = 1
    into: int = 1
    key: str = field(default_factory=lambda: secrets.token_hex(12))
    packed: dict[tuple[int, int], int] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, request: StaffRequest, lines: list[ToPack]) -> Form:
        """From a post."""
        told = request.POST
        parcels = max(1, min(_number(told.get("parcels", "1")), MOST_PARCELS))
        places = [(line.line_id, n) for line in lines for n in range(1, parcels + 1)]
        packed = {place: _number(told.get(f"line-{place[0]}-{place[1]}", "")) for place in places}
        names = [f"{what}-{n}" for what in ("carrier", "number") for n in range(1, parcels + 1)]
        return cls(
            parcels=parcels,
            into=max(1, min(_number(told.get("into", "1")), parcels)),
            key=told.get("key", "")[:40] or secrets.token_hex(12),
            packed={place: pieces for place, pieces in packed.items() if pieces},
            texts={name: told.get(name, "").replace("\0", "").strip()[:80] for name in names},
        )

    def boxes(self, request: StaffRequest, lines: list[ToPack]) -> list[Box]:
        """The parcels, their labels checked.

        Raises:
            Refused: in words.
        """
        contents = parcels_of(lines, self.packed, parcels=self.parcels)
        return [
            Box(
                pieces=pieces,
                carrier=self.carrier(number),
                tracking_number=self.texts[f"number-{number}"],
                label=_label(request.FILES.get(f"label-{number}")),
            )
            for number, pieces in enumerate(contents, 1)
        ]

    def carrier(self, number: int) -> str:
        """As it was typed, else whose number it is when only one carrier's numbers look so."""
        typed, tracking = self.texts.get(f"carrier-{number}", ""), self.texts.get(f"number-{number}", "")
        if typed or not tracking:
            return typed
        found = {
            candidate.carrier.name for candidate in recognise(tracking) if candidate.certainty != "possible"
        }
        return found.pop() if len(found) == 1 else ""


@require_http_methods(["GET", "HEAD", "POST"])
@require("orders.fulfil")
def pack(request: StaffRequest, order_id: int) -> HttpResponse:
    """Pack an order. The button ``do`` says what is meant: count a scan, all, one more parcel, or done."""
    order = reached_order(request, order_id)
    lines = _lines(order)
    if request.method != "POST":
        return _page(request, order, lines, Form())
    form, wanted = Form.read(request, lines), request.POST.get("do", "count")
    if wanted == "done":
        return _done(request, order, lines, form)
    told, status = "", 200
    if wanted == "all":
        form.packed = fill(lines, form.packed, parcel=form.into)
    elif wanted == "split":
        form.parcels = form.into = min(form.parcels + 1, MOST_PARCELS)
    elif code := request.POST.get("scan", "").replace("\0", "").strip()[:120]:
        try:
            form.packed = count_scan(code, lines, form.packed, parcel=form.into)
        except Refused as refused:
            told, status = str(refused), 422
    return _page(request, order, lines, form, told=told, status=status)


def _done(request: StaffRequest, order: Order, lines: list[ToPack], form: Form) -> HttpResponse:
    try:
        boxes = form.boxes(request, lines)
        sent = pack_order(
            order_id=order.pk,
            key=f"bench:{order.pk}:{form.key}",
            boxes=boxes,
            member_id=request.member.pk,
            actor=request.actor,
        )
    except Refused as refused:
        lost = " Choose the labels again." if request.FILES else ""
        order.refresh_from_db()
        return _page(request, order, _lines(order), form, told=f"{refused}{lost}", status=422)
    messages.success(request, f"{order.number} is packed: {len(sent)} parcel{'' if len(sent) == 1 else 's'}.")
    following = _next(request)
    return redirect("desk-bench-order", order_id=following) if following else redirect("desk-bench")


def _next(request: StaffRequest) -> int | None:
    picks = Pick.objects.open(clock.now()).filter(run__member_id=request.member.pk)
    return picks.order_by("run_id", "pk").values_list("order_id", flat=True).first()


def _page(
    request: StaffRequest, order: Order, lines: list[ToPack], form: Form, *, told: str = "", status: int = 200
) -> HttpResponse:
    pick = Pick.objects.open(clock.now()).filter(order=order).select_related("run__member__user").first()
    is_mine = pick is not None and pick.run.member_id == request.member.pk
    numbers = range(1, form.parcels + 1)
    context: dict[str, Any] = {
        "order": order,
        "rows": _rows(order, lines, form),
        "parcels": [
            {"number": n, "carrier": form.carrier(n), "tracking_number": form.texts.get(f"number-{n}", "")}
            for n in numbers
        ],
        "form": form,
        "told": told,
        "ship_to": address_lines(Address.from_mapping(order.ship_to)),
        "carriers": sorted(one.name for one in carriers().values()),
        "hindrance": _hindrance(order),
        "pick": pick,
        "is_mine": is_mine,
        "may_split": form.parcels < MOST_PARCELS,
        "accept": labels.ACCEPT,
        "is_all": all(packed_of(form.packed, line.line_id) == line.open for line in lines),
        "notes": list(order.notes.order_by("-written_at")[:3]),
    }
    return render(request, "tracking/bench/pack.html", context, status=status)


def _rows(order: Order, lines: list[ToPack], form: Form) -> list[dict[str, Any]]:
    by_id = {line.pk: line for line in order.lines.select_related("variant__product")}
    return [
        {
            "line": by_id[line.line_id],
            "open": line.open,
            "packed": packed_of(form.packed, line.line_id),
            "is_done": packed_of(form.packed, line.line_id) == line.open,
            "is_over": packed_of(form.packed, line.line_id) > line.open,
            "cells": [
                {"number": n, "pieces": form.packed.get((line.line_id, n), 0)}
                for n in range(1, form.parcels + 1)
            ],
        }
        for line in lines
    ]


def _hindrance(order: Order) -> str:
    """Why it cannot be packed as it stands; the action asks again under its lock."""
    try:
        may_send(
            state=order.state,
            payment_state=order.payment_state,
            payment_method=order.payment_method,
            asked_minor=order.asked_minor,
        )
    except Refused as refused:
        return str(refused)
    return held_words(order.hold_reason, order.held_until) if order.is_held(clock.now()) else ""


def _lines(order: Order) -> list[ToPack]:
    lines = order.lines.exclude(kind=Line.Kind.FEE).select_related("variant")
    return [
        ToPack(
            line_id=line.pk,
            title=line.title,
            open=line.open_quantity,
            codes=(line.sku, line.variant.barcode if line.variant else ""),
        )
        for line in lines
        if line.open_quantity
    ]


def _label(file: UploadedFile[bytes] | None) -> tuple[str, bytes] | None:
    return labels.checked(file) if file else None


def _number(text: str) -> int:
    return min(int(text), 10**6) if text.isdecimal() else 0
