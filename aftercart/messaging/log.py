"""The log of messages: what was sent, to whom, and what became of it, about a thing or to a person."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from aftercart.kernel.outbox.models import Effect, EffectQuerySet
from aftercart.messaging.actions import EFFECT, TEXT
from aftercart.messaging.messages import registry
from aftercart.messaging.models import HeardText, Notice, TextNumber, TextReport
from aftercart.stores.models import StaffMember
from aftercart.stores.permissions import told_to, within_channels

SIZE = 20
STATES = {
    Effect.State.PENDING: ("Waiting", ""),
    Effect.State.LEASED: ("Being sent", ""),
    Effect.State.SENDING: ("Being sent", ""),
    Effect.State.SENT: ("Sent", "success"),
    Effect.State.FAILED: ("Will be tried again", "warn"),
    Effect.State.DEAD: ("Given up", "danger"),
    Effect.State.STALE: ("Not needed any more", ""),
    Effect.State.UNCLEAR: ("Possibly sent", "warn"),
    Effect.State.CANCELLED: ("Called off", ""),
}
REPORTED = {
    TextReport.Status.DELIVERED: ("Delivered", "success"),
    TextReport.Status.UNDELIVERED: ("Not delivered", "danger"),
    TextReport.Status.FAILED: ("Not delivered", "danger"),
}


@dataclass(frozen=True, kw_only=True)
class Line:
    """One message in words. ``effect_id`` opens it; 0 where there is nothing to read."""

    label: str
    at: datetime
    state: str
    tone: str = ""
    medium: str = ""
    to: str = ""
    why: str = ""
    effect_id: int = 0
    is_repeat: bool = False

    @property
    def text(self) -> str:
        """Who it went to, how, and why it stands as it does."""
        way = f"{self.medium} to {self.to}" if self.medium and self.to else self.medium
        again = "Sent again on request" if self.is_repeat else ""
        return ". ".join(part for part in (way, again, self.why[:1].upper() + self.why[1:]) if part)


def messages_about(subject: str, member: StaffMember, *, shows_all: bool) -> list[Line]:
    """The newest messages about a thing (``"order:7"``), with the news that waits or was not told.

    Addresses are masked for those who may not send. Three queries at most, however many there are.
    """
    found = within_channels(_messages().filter(subject=subject), member).order_by("-id")[:SIZE]
    untold = Notice.objects.filter(about=subject).exclude(state=Notice.State.SAID).order_by("-id")[:SIZE]
    lines = [*_lines(list(found), shows_all=shows_all), *map(_notice, untold)]
    return sorted(lines, key=lambda line: line.at, reverse=True)[:SIZE]


def messages_of_customer(customer_id: int, member: StaffMember, *, shows_all: bool) -> list[Line]:
    """The newest messages to a person, and the texts that came from them."""
    found = within_channels(_messages().filter(customer_id=customer_id), member).order_by("-id")[:SIZE]
    numbers = TextNumber.objects.filter(customer_id=customer_id).values("number")
    heard = told_to(HeardText.objects.filter(number__in=numbers), member).order_by("-id")[:SIZE]
    lines = [*_lines(list(found), shows_all=shows_all), *(_heard(one, shows_all=shows_all) for one in heard)]
    return sorted(lines, key=lambda line: line.at, reverse=True)[:SIZE]


def _messages() -> EffectQuerySet:
    return Effect.objects.filter(kind__in=(EFFECT, TEXT))


def label_of(effect: Effect) -> str:
    """The name of the kind of message; of what was erased or is no kind any more, what is known."""
    kind = registry.get(effect.payload.get("message", ""))
    return kind.label if kind else "Message"


def address_of(effect: Effect) -> str:
    """Where it goes; empty once it was erased."""
    payload = effect.payload
    return str(payload.get("number") or payload.get("to", {}).get("email", ""))


def masked(address: str) -> str:
    """An address or number that its owner recognises and a stranger cannot use."""
    name, at, domain = address.partition("@")
    if at:
        return f"{name[:1]}•••@{domain}"
    return f"{address[:3]}•••{address[-2:]}" if len(address) > 6 else ""


def states(effects: Collection[Effect]) -> dict[int, tuple[str, str, str]]:
    """How each message stands: in words, with a tone, and why. One query where texts are among them."""
    texts = [effect.pk for effect in effects if effect.kind == TEXT]
    reports = {row.effect_id: row for row in TextReport.objects.filter(effect_id__in=texts)} if texts else {}
    found = {}
    for effect in effects:
        words, tone = STATES[Effect.State(effect.state)]
        why = "" if effect.state == Effect.State.SENT else effect.last_error
        if report := reports.get(effect.pk):
            words, tone = REPORTED[TextReport.Status(report.status)]
            why = f"the network says error {report.code}" if report.code else ""
        found[effect.pk] = (words, tone, why.removeprefix("no longer true: "))
    return found


def _lines(effects: list[Effect], *, shows_all: bool) -> Iterable[Line]:
    known = states(effects)
    for effect in effects:
        words, tone, why = known[effect.pk]
        address = address_of(effect)
        to = address if shows_all else masked(address)
        yield Line(
            label=label_of(effect),
            at=effect.sent_at or effect.created_at,
            state=words,
            tone=tone,
            medium="Text message" if effect.kind == TEXT else "E-mail",
            to=to,
            why=why.replace(address, to) if address else why,
            effect_id=effect.pk if shows_all and effect.payload else 0,
            is_repeat=effect.key.startswith("again:"),
        )


def _notice(notice: Notice) -> Line:
    kind = registry.get(notice.kind)
    is_waiting = notice.state == Notice.State.WAITING
    return Line(
        label=kind.label if kind else notice.kind,
        at=notice.settled_at or notice.happened_at,
        state="About to be told" if is_waiting else "Not needed",
        why=notice.reason,
    )


def _heard(heard: HeardText, *, shows_all: bool) -> Line:
    return Line(
        label=heard.get_meaning_display(),
        at=heard.heard_at,
        state="Received",
        tone="info",
        medium="Text message from the shopper",
        why=heard.body if shows_all else "",
    )
