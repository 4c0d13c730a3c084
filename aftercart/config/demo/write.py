"""Writing the demo's past: in batches, with the same rows and the same journal that the actions leave."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import islice

from django.db import transaction

from aftercart.catalog.models import Variant
from aftercart.config.demo.goods import OPTION_WORDS
from aftercart.config.demo.happened import happenings
from aftercart.config.demo.plan import CARRIERS, Plan, price
from aftercart.config.demo.rows import Written
from aftercart.customers.actions import index_customers, search_text
from aftercart.customers.models import Customer, email_key
from aftercart.kernel import clock
from aftercart.kernel.journal.publish import publish_all
from aftercart.orders.addresses import postcode_key
from aftercart.orders.models import Fulfilment, FulfilmentLine, Line, Order, Payment, Refund
from aftercart.orders.rules import Quantities, fulfilment_state, payment_state
from aftercart.reviews.models import Review
from aftercart.stores.models import Channel
from aftercart.tracking.models import Parcel, ParcelLine, Scan
from aftercart.tracking.rules import Told, newest

BATCH = 500
ACTOR = "system"


def write_plans(plans: list[Plan], channels: dict[str, Channel]) -> Iterator[int]:
    """Write the plans, a transaction a batch; yields how many are written so far."""
    customers = _write_customers(plans)
    variants = {variant.sku: variant for variant in Variant.objects.select_related("product")}
    done = 0
    for batch in _batches(plans):
        with transaction.atomic():
            _write_batch(batch, channels, customers, variants)
        done += len(batch)
        yield done


def _batches(plans: list[Plan]) -> Iterator[list[Plan]]:
    rest = iter(plans)
    while batch := list(islice(rest, BATCH)):
        yield batch


def _write_customers(plans: list[Plan]) -> dict[str, Customer]:
    """One row a person, with the caches that the actions of orders would have kept."""
    people: dict[str, Customer] = {}
    for plan in plans:
        shopper = plan.shopper
        customer = people.get(shopper.email)
        if customer is None:
            customer = people[shopper.email] = Customer(
                name=shopper.name,
                email=shopper.email,
                email_key=email_key(shopper.email),
                language=shopper.land.language,
                country=shopper.land.country,
                city=shopper.address.city,
                postcode=shopper.address.postcode,
                created_at=plan.placed_at,
                updated_at=plan.placed_at,
            )
            customer.search_text = search_text(customer)
        if not plan.is_cancelled:
            customer.orders_count += 1
            customer.first_order_at = customer.first_order_at or plan.placed_at
            customer.last_order_at = plan.placed_at
    with transaction.atomic():
        Customer.objects.bulk_create(people.values(), batch_size=BATCH)
        index_customers(list(people.values()))
    return people


def _write_batch(
    plans: list[Plan],
    channels: dict[str, Channel],
    customers: dict[str, Customer],
    variants: dict[str, Variant],
) -> None:
    written = [Written(plan=plan, order=_order(plan, channels, customers)) for plan in plans]
    Order.objects.bulk_create([one.order for one in written])
    for one in written:
        one.lines = _lines(one, variants)
    Line.objects.bulk_create([line for one in written for line in one.lines])
    _write_money(written)
    _write_parcels(written)
    reviews = [_review(one) for one in written if one.plan.score]
    Review.objects.bulk_create(reviews)
    scores = {review.order_id: review for review in reviews}
    for one in written:
        one.review = scores.get(one.order.pk)
    publish_all(happening for one in written for happening in happenings(one))


def _order(plan: Plan, channels: dict[str, Channel], customers: dict[str, Customer]) -> Order:
    shopper = plan.shopper
    goods = sum(price(good, shopper.land.channel) * quantity for good, _, quantity in plan.goods)
    total = goods + plan.shipping_minor
    paid = total if plan.is_paid else 0
    refunded = _refunded(plan, paid)
    return Order(
        channel=channels[shopper.land.channel],
        number=plan.number,
        customer=customers[shopper.email],
        email=shopper.email,
        email_key=email_key(shopper.email),
        language=shopper.land.language,
        currency=plan.currency,
        state="cancelled" if plan.is_cancelled else "completed" if plan.sent_at else "open",
        payment_state="failed"
        if plan.is_declined
        else payment_state(total=total, paid=paid, refunded=refunded),
        fulfilment_state=_fulfilment_state(plan),
        subtotal_minor=goods,
        shipping_minor=plan.shipping_minor,
        tax_minor=round(goods * 19 / 119),
        total_minor=total,
        paid_minor=paid,
        refunded_minor=refunded,
        payment_method=plan.payment,
        shipping_method=CARRIERS[shopper.land.channel][0],
        ship_to=shopper.address.to_mapping(),
        bill_to=shopper.address.to_mapping(),
        ship_country=shopper.address.country,
        ship_postcode_key=postcode_key(shopper.address.postcode),
        placed_at=plan.placed_at,
        promised_on=plan.promised_on,
        cancelled_at=plan.placed_at + timedelta(hours=3) if plan.is_cancelled else None,
        cancel_reason="Ordered by mistake" if plan.is_cancelled else "",
        source="demo",
        created_at=plan.placed_at,
        updated_at=plan.placed_at,
    )


def _fulfilment_state(plan: Plan) -> str:
    sent = [Quantities(ordered=n, fulfilled=n if plan.sent_at else 0) for _, _, n in plan.goods]
    return fulfilment_state(sent)


def _refunded(plan: Plan, paid: int) -> int:
    if plan.is_cancelled:
        return paid
    channel = plan.shopper.land.channel
    return paid if plan.refund == "all" else price(plan.goods[0][0], channel) if plan.refund else 0


def _lines(one: Written, variants: dict[str, Variant]) -> list[Line]:
    plan, order = one.plan, one.order
    language = order.language
    lines = []
    for position, (good, option, quantity) in enumerate(plan.goods, start=1):
        unit = price(good, plan.shopper.land.channel)
        sku = sku_of(good.handle, option)
        word = OPTION_WORDS.get(option, {}).get(language, option)
        title = good.titles.get(language, good.en)
        refunded = quantity if plan.refund == "all" else 1 if plan.refund and position == 1 else 0
        lines.append(
            Line(
                order=order,
                position=position,
                variant=variants[sku],
                sku=sku,
                title=f"{title}, {word}" if word else title,
                quantity=quantity,
                unit_price_minor=unit,
                total_minor=unit * quantity,
                tax_minor=round(unit * quantity * 19 / 119),
                fulfilled_quantity=quantity if plan.sent_at else 0,
                cancelled_quantity=quantity if plan.is_cancelled else 0,
                refunded_quantity=refunded,
                image_url=variants[sku].product.image_url,
            )
        )
    return lines


def sku_of(handle: str, option: str) -> str:
    """The stock-keeping unit of a good in an option: ``LINEN-APRON-SAND``."""
    return f"{handle}-{option}".strip("-").upper()


def _write_money(written: Iterable[Written]) -> None:
    written = list(written)
    for one in written:
        order = one.order
        if order.paid_minor:
            one.payment = Payment(
                order=order,
                key=f"demo:{order.pk}",
                method=one.plan.payment,
                amount_minor=order.paid_minor,
                paid_at=one.plan.placed_at + timedelta(minutes=1),
                actor=ACTOR,
            )
        if order.refunded_minor:
            back = one.plan.delivered_at or order.cancelled_at or order.placed_at
            one.refund = Refund(
                order=order,
                key=f"demo:{order.pk}",
                amount_minor=order.refunded_minor,
                reason="Cancelled" if one.plan.is_cancelled else "Returned",
                lines=[[line.pk, line.refunded_quantity] for line in one.lines if line.refunded_quantity],
                refunded_at=min(back + timedelta(days=2), clock.now()),
                actor=ACTOR,
            )
    Payment.objects.bulk_create([one.payment for one in written if one.payment])
    Refund.objects.bulk_create([one.refund for one in written if one.refund])


def _write_parcels(written: Iterable[Written]) -> None:
    sent = [one for one in written if one.plan.sent_at]
    for one in sent:
        one.fulfilment = Fulfilment(
            order=one.order,
            key=f"demo:{one.order.pk}",
            fulfilled_at=one.plan.sent_at or one.plan.placed_at,
            actor=ACTOR,
        )
    Fulfilment.objects.bulk_create([one.fulfilment for one in sent if one.fulfilment])
    FulfilmentLine.objects.bulk_create(
        FulfilmentLine(fulfilment=one.fulfilment, line=line, quantity=line.quantity)
        for one in sent
        for line in one.lines
    )
    for one in sent:
        one.parcel = _parcel(one)
    Parcel.objects.bulk_create([one.parcel for one in sent if one.parcel])
    ParcelLine.objects.bulk_create(
        ParcelLine(parcel=one.parcel, line=line, quantity=line.quantity) for one in sent for line in one.lines
    )
    for one in sent:
        one.scans = _scans(one)
    Scan.objects.bulk_create([scan for one in sent for scan in one.scans])


def _parcel(one: Written) -> Parcel:
    plan = one.plan
    carrier, prefix = CARRIERS[plan.shopper.land.channel]
    decisive = newest(Told(status=step.status, occurred_at=step.at) for step in plan.steps)
    return Parcel(
        order=one.order,
        fulfilment=one.fulfilment,
        carrier=carrier,
        tracking_number=f"{prefix}{one.order.pk:08d}",
        status=decisive.status if decisive else "pending",
        status_at=decisive.occurred_at if decisive else plan.placed_at,
        promised_on=plan.promised_on,
        shipped_at=plan.sent_at,
        delivered_at=plan.delivered_at,
        key=f"demo:{one.order.pk}",
        created_at=plan.sent_at or plan.placed_at,
    )


def _scans(one: Written) -> list[Scan]:
    return [
        Scan(
            parcel=one.parcel,
            status=step.status,
            message=step.message,
            place=step.place,
            occurred_at=step.at,
            recorded_at=step.at + timedelta(minutes=4),
            key=f"demo:{number}",
        )
        for number, step in enumerate(one.plan.steps)
    ]


def _review(one: Written) -> Review:
    delivered = one.plan.delivered_at or one.plan.placed_at
    return Review(
        order=one.order,
        customer_id=one.order.customer_id,
        score=one.plan.score,
        source="demo",
        external_id=str(one.order.pk),
        written_at=min(delivered + timedelta(days=5), clock.now()),
        created_at=clock.now(),
    )
