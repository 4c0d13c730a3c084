"""What comes back from phones: reports of delivery, and the shoppers' own texts. Each once, in any order."""

from __future__ import annotations

from django.db import transaction

from aftercart.customers.actions import record_consent
from aftercart.customers.models import Consent, Customer, Purpose
from aftercart.kernel import clock
from aftercart.kernel.journal.publish import publish
from aftercart.kernel.outbox.models import Effect
from aftercart.messaging.actions.suppress import suppress
from aftercart.messaging.events import TextDelivered, TextHeard, TextNotDelivered
from aftercart.messaging.models import HeardText, Suppression, TextNumber, TextReport, TextSender
from aftercart.messaging.replies import START, STOP, meaning

WEIGHT = {"failed": 1, "undelivered": 1, "delivered": 2}
REPLY = "text message"
LONGEST = 1600


@transaction.atomic
def report_text(
    *, effect_id: int, sid: str, status: str, code: int, actor: str, is_bad_number: bool, has_stopped: bool
) -> bool:
    """Note what became of a text; whether that was news.

    Reports come twice and in any order: the phone's own word that it arrived outweighs the rest, and a
    number found bad is suppressed. Of a text whose shopper was erased nothing is known any more.
    """
    effect = Effect.objects.filter(pk=effect_id, kind="text").first()
    if effect is None or not effect.payload or status not in WEIGHT:
        return False
    report, is_new = TextReport.objects.select_for_update().get_or_create(
        sid=sid,
        defaults={"effect_id": effect_id, "status": status, "code": code, "reported_at": clock.now()},
    )
    if not is_new:
        if WEIGHT[status] <= WEIGHT[report.status]:
            return False
        report.status, report.code, report.reported_at = status, code, clock.now()
        report.save(update_fields=["status", "code", "reported_at"])
    if is_bad_number or has_stopped:
        reason = Suppression.Reason.STOPPED if has_stopped else Suppression.Reason.BOUNCE
        suppress(address=effect.payload["number"], reason=reason, detail=f"error {code}", actor=actor)
    publish(
        _told(effect, status, code, is_bad_number=is_bad_number),
        dedupe_key=f"text-report:{sid}:{status}",
        actor=actor,
    )
    return True


def _told(effect: Effect, status: str, code: int, *, is_bad_number: bool) -> TextDelivered | TextNotDelivered:
    kind, about = effect.payload["message"], effect.subject
    if status == "delivered":
        return TextDelivered(
            effect_id=effect.pk,
            kind=kind,
            customer_id=effect.customer_id,
            channel_id=effect.channel_id,
            about=about,
        )
    return TextNotDelivered(
        effect_id=effect.pk,
        kind=kind,
        customer_id=effect.customer_id,
        channel_id=effect.channel_id,
        about=about,
        code=code,
        is_bad_address=is_bad_number,
    )


@transaction.atomic
def hear_text(*, sid: str, number: str, to: str, body: str, actor: str, said: str = "") -> HeardText:
    """Take a shopper's text, once per ``sid``: *stop* and *start* are done at once, the rest is kept to be read.

    ``said`` is what the provider takes it for, ``stop`` or ``start``; it knows words of its own.
    """
    means = said if said in {STOP, START} else meaning(body)
    channel = TextSender.objects.filter(sender=to[:40]).exclude(channel_id=0).first()
    heard, is_new = HeardText.objects.get_or_create(
        sid=sid,
        defaults={
            "number": number[:40],
            "body": body[:LONGEST],
            "meaning": means,
            "channel_id": channel.channel_id if channel else None,
            "heard_at": clock.now(),
        },
    )
    if not is_new:
        return heard
    known = TextNumber.objects.filter(number=number).values_list("customer_id", flat=True)
    # Locked in one order, so that two texts of a number (STOP, START) are done one after the other.
    owners = list(Customer.objects.select_for_update().filter(pk__in=known).order_by("pk"))
    if means == STOP:
        _stop(heard, owners, actor)
    elif means == START:
        _start(heard, owners, actor)
    told: list[int | None] = [owner.pk for owner in owners] or [None]
    for customer_id in told:
        publish(
            TextHeard(heard_id=heard.pk, meaning=means, customer_id=customer_id, channel_id=heard.channel_id),
            actor=actor,
        )
    return heard


def _stop(heard: HeardText, owners: list[Customer], actor: str) -> None:
    suppress(address=heard.number, reason=Suppression.Reason.STOPPED, detail=heard.sid, actor=actor)
    for owner in owners:
        newest = _newest(owner)
        if newest is None or newest.is_granted:
            _state(heard, owner, actor, is_granted=False)


def _start(heard: HeardText, owners: list[Customer], actor: str) -> None:
    """Take a *stop* back. Consent that was taken back elsewhere, or never given, is not given by this."""
    Suppression.objects.filter(address_key=heard.number, reason=Suppression.Reason.STOPPED).delete()
    for owner in owners:
        newest = _newest(owner)
        if newest and not newest.is_granted and newest.source.startswith(REPLY):
            _state(heard, owner, actor, is_granted=True)


def _newest(owner: Customer) -> Consent | None:
    return owner.consents.filter(purpose=Purpose.SMS).order_by("-stated_at", "-pk").first()


def _state(heard: HeardText, owner: Customer, actor: str, *, is_granted: bool) -> None:
    record_consent(
        customer_id=owner.pk,
        purpose=Purpose.SMS,
        is_granted=is_granted,
        source=f"{REPLY} {heard.sid}"[:80],
        actor=actor,
        stated_at=heard.heard_at,
    )
