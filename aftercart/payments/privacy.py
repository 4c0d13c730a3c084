"""What this app knows of a person, hands out and forgets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

from aftercart.kernel.privacy.registry import (
    Identifiers,
    Person,
    Sheet,
    Table,
    Treatment,
    personal_data,
)
from aftercart.kernel.privacy.rows import sheet
from aftercart.payments.actions import erase_customer
from aftercart.payments.models import Charge, Refund

TAX_LAW = "as long as tax law asks for the books, usually 10 years"
STALE = timedelta(days=30)


def _identify(customer_id: int) -> Identifiers:
    charges = Charge.objects.filter(customer_id=customer_id)
    emails = {str(details.get("email", "")) for details in charges.values_list("details", flat=True)}
    return Identifiers(
        emails=frozenset(emails - {""}),
        texts=frozenset(charges.exclude(reference=None).values_list("reference", flat=True)),  # type: ignore[arg-type]  # None is excluded
    )


def _export(person: Person) -> Iterable[Sheet]:
    yield sheet(
        "charges",
        "Your payments, also those that did not go through.",
        Charge.objects.filter(customer_id=person.customer_id),
        *("id", "about", "provider", "method", "currency", "amount_minor", "captured_minor"),
        *("refunded_minor", "state", "reference", "reason", "created_at", "captured_at"),
    )
    yield sheet(
        "provider_refunds",
        "What we had paid back to you.",
        Refund.objects.filter(charge__customer_id=person.customer_id),
        *("id", "charge_id", "amount_minor", "state", "reason", "created_at", "settled_at"),
    )


def _erase(person: Person) -> Mapping[str, int]:
    return erase_customer(customer_id=person.customer_id)


def _hinder(person: Person) -> Sequence[str]:
    """Money under way must find its way back to whom it belongs."""
    moving = Refund.objects.filter(
        charge__customer_id=person.customer_id, state="pending", created_at__gt=person.now - STALE
    )
    abouts = moving.order_by("pk").values_list("charge__about", flat=True)
    return [f"A refund for {about.replace(':', ' ')} is still on its way." for about in abouts]


personal_data(
    app="payments",
    tables=[
        Table(
            model="payments.Charge",
            treatment=Treatment.PSEUDONYMISED,
            retention=TAX_LAW,
            reason="amounts, dates and the provider's reference; no e-mail, no address of a page",
        ),
        Table(
            model="payments.Refund",
            treatment=Treatment.PSEUDONYMISED,
            retention=TAX_LAW,
            reason="amounts and dates without words",
        ),
        Table(
            model="payments.ProviderEvent",
            treatment=Treatment.PSEUDONYMISED,
            retention="its text 90 days, that it was told as long as the charge",
            reason="the provider's id and time; no text",
        ),
        Table(
            model="payments.Account",
            treatment=Treatment.KEPT,
            retention="as long as the channel",
            reason="the merchant's own",
        ),
        *(
            Table(
                model=f"payments.{name}",
                treatment=Treatment.KEPT,
                retention="test payments only",
                reason="play money; names nobody",
            )
            for name in ("SandboxIntent", "SandboxRefund")
        ),
    ],
    identify=_identify,
    export=_export,
    erase=_erase,
    hinder=_hinder,
)
