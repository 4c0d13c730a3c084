"""Asking for money, in two phases: a row first, then the provider, with the row's key.

A crash between the two loses nothing: the row says what was asked, and asking again with the same key is the same
charge at the provider.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from aftercart.kernel import clock
from aftercart.kernel.journal.publish import publish
from aftercart.kernel.money import exponent
from aftercart.payments.accounts import kind_of, provider_for
from aftercart.payments.actions.apply import apply_event
from aftercart.payments.actions.lock import told_of
from aftercart.payments.events import PaymentStarted
from aftercart.payments.models import Account, Charge
from aftercart.payments.ports import ChargeNotice, ProviderRefused, ProviderUnreachable, Wanted
from aftercart.payments.results import notice_of
from aftercart.payments.rules import Refused

log = logging.getLogger(__name__)
FIRST_CHECK = timedelta(minutes=1)
NEVER = timedelta(days=3650)


@dataclass(frozen=True, kw_only=True)
class ChargeDraft:
    """A charge to be started. ``about`` names what is paid (``"order:7"``); amounts in minor units.

    ``return_url`` is a path of ours where the payer comes back to; ``{charge}`` in it becomes the charge's id.
    """

    account: Account
    about: str
    method: str
    amount_minor: int
    currency: str
    key: str
    return_url: str
    customer_id: int | None = None
    description: str = ""
    language: str = "en"
    email: str = ""
    token: str = ""
    captures_now: bool = True

    def details(self) -> dict[str, Any]:
        """What the provider is asked besides the amount, kept to ask again in the same words."""
        return {
            "description": self.description,
            "return_url": self.return_url,
            "language": self.language,
            "email": self.email,
            "token": self.token,
            "captures_now": self.captures_now,
        }


def start_charge(*, draft: ChargeDraft, actor: str) -> Charge:
    """Open a charge and ask the provider for it; not inside a transaction. Replays give the same charge.

    Raises:
        Refused: when the account does not offer the method, or the key was used for another charge.
    """
    charge = open_charge(draft=draft, actor=actor)
    return place_charge(charge_id=charge.pk)


@transaction.atomic
def open_charge(*, draft: ChargeDraft, actor: str) -> Charge:
    """Write down a charge that is to be asked for; the same key is the same charge.

    Raises:
        Refused: as :func:`start_charge`.
    """
    account = draft.account
    _check(draft)
    now = clock.now()
    charge = Charge(
        account=account,
        channel_id=account.channel_id,
        customer_id=draft.customer_id,
        about=draft.about,
        provider=account.provider,
        method=draft.method,
        currency=draft.currency,
        amount_minor=draft.amount_minor,
        key=draft.key,
        details=draft.details(),
        actor=actor,
        created_at=now,
        check_at=now + (NEVER if kind_of(account.provider).is_manual else FIRST_CHECK),
    )
    known = Charge.objects.filter(key=draft.key).first()
    if known is None:
        try:
            with transaction.atomic():
                charge.save(force_insert=True)
        except IntegrityError:
            known = Charge.objects.get(key=draft.key)
    if known is not None:
        return _same(known, draft)
    publish(PaymentStarted(**told_of(charge), amount_minor=charge.amount_minor), actor=actor)
    return charge


def place_charge(*, charge_id: int) -> Charge:
    """Ask the provider for an opened charge; not inside a transaction. Safe to repeat.

    No answer leaves the charge as it is: :func:`reconcile` asks again.
    """
    charge = Charge.objects.select_related("account__channel").get(pk=charge_id)
    if charge.state != Charge.State.CREATED:
        return charge
    wanted = _wanted(charge)
    try:
        notice = notice_of(provider_for(charge.account).start(wanted), at=_begun(charge), key=charge.key)
    except ProviderUnreachable as silence:
        log.warning("charge %s: %s", charge.pk, silence)
        return charge
    except ProviderRefused as refusal:
        notice = ChargeNotice(
            state="failed", at=_begun(charge), key=charge.key, code="try_again", reason=str(refusal)[:300]
        )
    apply_event(provider=charge.provider, notice=notice, actor=charge.actor)
    return Charge.objects.get(pk=charge_id)


def _begun(charge: Charge) -> datetime:
    """The answer to the first question is older than any word that comes by itself."""
    return charge.created_at.replace(microsecond=0) - timedelta(seconds=1)


def _wanted(charge: Charge) -> Wanted:
    details = charge.details
    return Wanted(
        key=charge.key,
        amount_minor=charge.amount_minor,
        currency=charge.currency,
        method=charge.method,
        description=details.get("description", ""),
        return_url=str(details.get("return_url", "")).replace("{charge}", str(charge.pk)),
        language=details.get("language", "en"),
        email=details.get("email", ""),
        token=details.get("token", ""),
        capture_now=bool(details.get("captures_now", True)),
    )


def _check(draft: ChargeDraft) -> None:
    if draft.amount_minor < 1:
        raise Refused("A payment is more than nothing.")
    if not draft.account.is_enabled:
        raise Refused("This way to pay is switched off.")
    if draft.method not in draft.account.methods:
        raise Refused("This way to pay is not offered here.")
    exponent(draft.currency)


def _same(known: Charge, draft: ChargeDraft) -> Charge:
    ours = (known.about, known.amount_minor, known.currency, known.provider, known.method)
    theirs = (draft.about, draft.amount_minor, draft.currency, draft.account.provider, draft.method)
    if ours != theirs:
        raise Refused("This key was used for another payment.")
    return known
