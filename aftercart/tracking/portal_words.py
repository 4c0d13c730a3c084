"""What parcels' statuses mean, in the shopper's language: a word, a sentence, and what to do."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from aftercart.tracking.rules import Outlook

Text = str | Promise


@dataclass(frozen=True, kw_only=True)
class Meaning:
    """A status for shoppers. ``advice`` says what they can do, empty when there is nothing to do."""

    word: Text
    tone: str
    icon: str
    advice: Text = ""


MEANINGS = {
    "pending": Meaning(word=gettext_lazy("Being packed"), tone="info", icon="package-open"),
    "info_received": Meaning(word=gettext_lazy("Announced to the carrier"), tone="info", icon="package"),
    "in_transit": Meaning(word=gettext_lazy("On its way"), tone="accent", icon="truck"),
    "out_for_delivery": Meaning(
        word=gettext_lazy("Out for delivery"),
        tone="accent",
        icon="truck",
        advice=gettext_lazy("It is in the van and should arrive today."),
    ),
    "delivered": Meaning(word=gettext_lazy("Delivered"), tone="success", icon="package-check"),
    "attempt_failed": Meaning(
        word=gettext_lazy("Delivery was not possible"),
        tone="warn",
        icon="circle-alert",
        advice=gettext_lazy(
            "The carrier did not reach you. See the carrier's page for the next attempt or another place."
        ),
    ),
    "available_for_pickup": Meaning(
        word=gettext_lazy("Ready to collect"),
        tone="warn",
        icon="map-pin",
        advice=gettext_lazy("Collect it soon: after some days the carrier sends it back to us."),
    ),
    "exception": Meaning(
        word=gettext_lazy("Held up on the way"),
        tone="danger",
        icon="triangle-alert",
        advice=gettext_lazy(
            "The carrier reports a problem. If it does not move on within two days, write to us."
        ),
    ),
    "returning": Meaning(
        word=gettext_lazy("On its way back to us"),
        tone="danger",
        icon="undo-2",
        advice=gettext_lazy("Write to us: we send it again or find another solution."),
    ),
    "returned_to_sender": Meaning(
        word=gettext_lazy("Back with us"),
        tone="danger",
        icon="undo-2",
        advice=gettext_lazy("Write to us: we send it again or find another solution."),
    ),
    "lost": Meaning(
        word=gettext_lazy("Lost on the way"),
        tone="danger",
        icon="package-x",
        advice=gettext_lazy("We are sorry. Write to us: you do not have to wait any longer."),
    ),
    "cancelled": Meaning(word=gettext_lazy("Will not be sent"), tone="danger", icon="ban"),
    "expired": Meaning(
        word=gettext_lazy("No news from the carrier"),
        tone="danger",
        icon="circle-question-mark",
        advice=gettext_lazy("We have heard nothing for a long time. Write to us and we look for it."),
    ),
}


UNEXPLAINED = Meaning(word=gettext_lazy("News from the carrier"), tone="info", icon="map-pin")
PROBLEMS: dict[str, Text] = {
    "address": gettext_lazy("The carrier cannot find the address. Write to us with the right one."),
    "refused": gettext_lazy(
        "The carrier reports that it was refused at the door. If that is wrong, write to us."
    ),
    "damaged": gettext_lazy(
        "The carrier reports damage. Write to us: we send it again or find another solution."
    ),
    "customs": gettext_lazy(
        "It is with customs. The carrier's page says whether they need something from you."
    ),
    "payment_due": gettext_lazy("Duty or a fee is to be paid. The carrier's page says how."),
    "weather": gettext_lazy("Weather holds it up. It moves on as soon as the roads are open."),
    "capacity": gettext_lazy("The carrier is delayed. If it does not move on within two days, write to us."),
    "missing": gettext_lazy(
        "The carrier cannot find it and searches. Write to us: you do not have to wait long."
    ),
    "restricted": gettext_lazy("The carrier may not carry what is in it. Write to us: we find another way."),
}


def problem_advice(reason: str) -> str:
    """What a shopper can do about an exception, by its reason."""
    return str(PROBLEMS.get(reason) or MEANINGS["exception"].advice)


def contradiction(day: str) -> str:
    """That the carrier had already called it delivered."""
    return _(
        "The carrier had reported it delivered on %(day)s and has corrected itself since. "
        "What stands here is its newest word."
    ) % {"day": day}


def late_advice(*, days: int, silent_days: int) -> str:
    """What to tell somebody whose parcel is late or silent, and what they can do. ``days`` may be 0."""
    told = ngettext(
        "It is %(days)s day later than promised.",
        "It is %(days)s days later than promised.",
        days,
    ) % {"days": days}
    parts = [told] if days else []
    if silent_days >= 3 or not days:
        quiet = ngettext(
            "The carrier has said nothing for %(days)s day.",
            "The carrier has said nothing for %(days)s days.",
            silent_days,
        ) % {"days": silent_days}
        return " ".join((*parts, quiet, _("Write to us, and we ask the carrier where it is.")))
    return " ".join((*parts, _("It is still moving. If it has not come within two days, write to us.")))


def new_expectation(day: str) -> str:
    """When to expect a late parcel now; an empty ``day`` says honestly that nobody knows."""
    if day:
        return _(
            "We now expect it by %(day)s: nine of ten parcels that take this long have come by then."
        ) % {"day": day}
    return _("How much longer it takes, we cannot say: too few parcels have ever taken this long.")


def headline(outlook: Outlook) -> tuple[str, str, str]:
    """The page's headline about parcels, the sentence under it, and the tone."""
    return _urgent(outlook) or _calm(outlook)


def _urgent(outlook: Outlook) -> tuple[str, str, str] | None:
    n, values = outlook.count, {"count": outlook.count}
    if outlook.kind == "pickup":
        title = ngettext("Your parcel is ready to collect", "%(count)s parcels are ready to collect", n)
        return title % values, _("Below you see where."), "warn"
    if outlook.kind == "attempt_failed":
        return _("The carrier did not reach you"), _("Below you see what you can do now."), "warn"
    if outlook.kind == "problem":
        title = ngettext("A parcel needs attention", "%(count)s parcels need attention", n)
        return title % values, _("Below you see what happened and what you can do."), "danger"
    if outlook.kind == "late":
        one = _("Your parcel is late")
        some = ngettext("%(count)s of %(of)s parcels is late", "%(count)s of %(of)s parcels are late", n)
        title = one if outlook.of == 1 else some % {**values, "of": outlook.of}
        return title, _("We are sorry. Below you see where it is and what you can do."), "warn"
    return None


def _calm(outlook: Outlook) -> tuple[str, str, str]:
    n, of = outlook.count, outlook.of
    if outlook.kind == "today":
        return _("It should arrive today"), _("Your parcel is in the van."), "info"
    if outlook.kind == "arrived":
        return _("Your order has arrived"), _("We hope you love it. If not, see below."), "success"
    if outlook.kind == "part_arrived":
        title = ngettext(
            "%(count)s of %(of)s parcels has arrived", "%(count)s of %(of)s parcels have arrived", n
        )
        return title % {"count": n, "of": of}, _("The rest is still to come."), "info"
    return _("Your order is on its way"), _("Below you see where it is and when it should arrive."), "info"
