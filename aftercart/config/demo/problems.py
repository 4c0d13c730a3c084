"""Problems in the demo: a policy, and reports in every state with drawn pictures (photos of nobody)."""

from __future__ import annotations

import io
import random
from datetime import timedelta

from PIL import Image, ImageDraw

from aftercart.claims.actions import decide_claim, make_claim, save_policy, settle_claim
from aftercart.claims.models import Claim
from aftercart.claims.policy import PolicyRule
from aftercart.claims.rules import AlreadyClaimed
from aftercart.kernel import clock
from aftercart.kernel.uploads.actions import add_photo
from aftercart.orders.models import Order
from aftercart.stores.models import StaffMember

SMALL = {"minor": 2500, "currency": "EUR"}
POLICY = [
    PolicyRule(
        name="Often reported: a person looks",
        rule={"version": 1, "fact": "claim.claims_12m", "op": "at_least", "value": 3},
        outcome="ask",
    ),
    PolicyRule(
        name="Small and shown on a photo",
        rule={
            "version": 1,
            "all": [
                {"fact": "claim.kind", "op": "is_any_of", "value": ["damaged", "wrong"]},
                {"fact": "claim.value", "op": "at_most", "value": SMALL},
                {"fact": "claim.photos", "op": "at_least", "value": 1},
            ],
        },
        outcome="refund",
    ),
    PolicyRule(
        name="Missing, soon after delivery",
        rule={
            "version": 1,
            "all": [
                {"fact": "claim.kind", "op": "is", "value": "missing"},
                {"fact": "claim.value", "op": "at_most", "value": {"minor": 5000, "currency": "EUR"}},
                {"fact": "claim.days_since_delivery", "op": "at_most", "value": 14},
            ],
        },
        outcome="replacement",
    ),
]
SAID: list[tuple[str, str, dict[str, str]]] = [
    (
        "damaged",
        "settled",
        {
            "en": "The handle is cracked right through. The box had a dent on one side.",
            "pl": "Uchwyt jest pęknięty na wylot. Pudełko było z jednej strony wgniecione.",
            "ja": "持ち手にひびが入っています。箱の片側がへこんでいました。",
        },
    ),
    (
        "damaged",
        "",
        {
            "en": "It arrived in two pieces, the padding had slipped to one side.",
            "pl": "Przyszło w dwóch częściach, wypełnienie zsunęło się na bok.",
            "ja": "二つに割れて届きました。緩衝材が片側に寄っていました。",
        },
    ),
    (
        "missing",
        "",
        {
            "en": "There was one less in the box than on the slip.",
            "pl": "W pudełku było o jedną sztukę mniej niż na liście.",
            "ja": "納品書の数より一つ少なく入っていました。",
        },
    ),
    (
        "wrong",
        "declined",
        {
            "en": "The colour looks different from the picture in the shop.",
            "pl": "Kolor wygląda inaczej niż na zdjęciu w sklepie.",
            "ja": "お店の写真と色が違うように見えます。",
        },
    ),
    ("not_arrived", "", {"en": "I asked next door and at the post room, nobody has it.", "pl": "", "ja": ""}),
]
DECLINED = "Thank you for the photo. It is the colour that was ordered; daylight makes it look warmer. You may send it back within 30 days."


def report_problems() -> None:
    """Some weeks' reports about delivered orders, decided by the policy and by Ben."""
    save_policy(rules=POLICY, seen_version=0, actor="system")
    agent = StaffMember.objects.filter(role="agent").first()
    came = Order.objects.filter(
        parcels__delivered_at__isnull=False,
        state="completed",
        refunded_minor=0,
        language__in=["en", "pl", "ja"],
    )
    orders = came.prefetch_related("lines", "parcels").distinct().order_by("-placed_at")[:14]
    for number, order in enumerate(orders):
        kind, then, words = SAID[number % len(SAID)]
        try:
            claim = _report(order, kind, words[order.language], number)
        except AlreadyClaimed:
            continue
        if agent and then:
            _go_on(claim, then, f"staff:{agent.pk}")


def _report(order: Order, kind: str, text: str, number: int) -> Claim:
    now = clock.now()
    parcel = next(parcel for parcel in order.parcels.all() if parcel.delivered_at)
    made_at = min(
        max((parcel.delivered_at or now) + timedelta(hours=5), now - timedelta(hours=9 * number + 1)), now
    )
    goods = [line for line in order.lines.all() if line.kind == "product" and line.fulfilled_quantity]
    chosen = goods if kind == "not_arrived" else goods[-1:]
    draft = f"draft:order:{order.pk}:demo"
    if kind in {"damaged", "wrong"}:
        content = draw_damage(number)
        add_photo(file=content, purpose="claims", subject=draft, customer_id=order.customer_id, now=made_at)
    return make_claim(
        order_id=order.pk,
        kind=kind,
        quantities_by_line={
            line.pk: 1 if kind != "not_arrived" else line.fulfilled_quantity for line in chosen
        },
        parcel_id=parcel.pk if kind == "not_arrived" else None,
        text=text,
        key="demo",
        photos_of=draft,
        actor=f"shopper:{order.customer_id}",
        trust="link",
        language=order.language,
        now=made_at,
    )


def _go_on(claim: Claim, then: str, actor: str) -> None:
    if then == "declined":
        decide_claim(claim_id=claim.pk, outcome="declined", words=DECLINED, actor=actor)
        return
    if claim.state == "waiting":
        outcome = "refund" if 0 < claim.value_minor <= claim.order.refundable_minor else "replacement"
        decide_claim(claim_id=claim.pk, outcome=outcome, words="We are sorry!", actor=actor)
    settle_claim(claim_id=claim.pk, actor=actor)


def draw_damage(number: int) -> bytes:
    """A box on a table with a crack through it: drawn, a different one for each number."""
    chance = random.Random(number)  # noqa: S311 - a drawing, not a secret
    width, height = 1200, 900
    picture = Image.new("RGB", (width, height), "#e9e3d8")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 620, width, height), fill="#c9b79c")
    left, top = 300 + chance.randrange(80), 240 + chance.randrange(60)
    draw.polygon([(left, top), (left + 560, top), (left + 560, top + 420), (left, top + 420)], fill="#b98a58")
    draw.polygon(
        [(left, top), (left + 90, top - 80), (left + 650, top - 80), (left + 560, top)], fill="#cfa06c"
    )
    draw.polygon(
        [(left + 560, top), (left + 650, top - 80), (left + 650, top + 330), (left + 560, top + 420)],
        fill="#9a7044",
    )
    draw.rectangle((left + 240, top, left + 320, top + 420), fill="#d9c39c")
    x, y = left + 120 + chance.randrange(300), top
    for _ in range(7):
        step = (x + chance.randrange(-70, 70), y + 60)
        draw.line([(x, y), step], fill="#2f2118", width=9)
        x, y = step
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()
