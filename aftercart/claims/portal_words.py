"""What problems are called, and what happens next, in the shopper's language."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aftercart.claims.models import Claim

Text = str | Promise


@dataclass(frozen=True, kw_only=True)
class KindWords:
    """A kind of problem: its name, a sentence below it, and the page's question and hints."""

    key: str
    title: Text
    lead: Text
    icon: str
    question: Text
    photo_hint: Text
    text_hint: Text


KINDS = {
    "damaged": KindWords(
        key="damaged",
        title=gettext_lazy("Something is damaged"),
        lead=gettext_lazy("Broken, leaking, scratched or not working."),
        icon="package-x",
        question=gettext_lazy("What is damaged?"),
        photo_hint=gettext_lazy("Show the damage, and the box if that is damaged, too."),
        text_hint=gettext_lazy("What is broken, and was the box damaged?"),
    ),
    "missing": KindWords(
        key="missing",
        title=gettext_lazy("Something is missing"),
        lead=gettext_lazy("The parcel came, but not everything was in it."),
        icon="package-open",
        question=gettext_lazy("What is missing?"),
        photo_hint=gettext_lazy(
            "If you still have the box: a photo of it and its label helps us to find out."
        ),
        text_hint=gettext_lazy("Was the box open or taped again?"),
    ),
    "wrong": KindWords(
        key="wrong",
        title=gettext_lazy("It is not what I ordered"),
        lead=gettext_lazy("Another product, size or colour came."),
        icon="copy",
        question=gettext_lazy("What came wrong?"),
        photo_hint=gettext_lazy("Show what came, best with its label."),
        text_hint=gettext_lazy("What came instead?"),
    ),
    "not_arrived": KindWords(
        key="not_arrived",
        title=gettext_lazy("It says delivered, but it is not here"),
        lead=gettext_lazy("The carrier reports the parcel as delivered."),
        icon="map-pin",
        question=gettext_lazy("Which parcel did not arrive?"),
        photo_hint=gettext_lazy("A photo of the carrier's card or of the place helps, if there is one."),
        text_hint=gettext_lazy("What did you find, and whom did you ask?"),
    ),
}


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Where a claim stands: a badge, a headline, and what happens next."""

    word: str
    tone: str
    title: str
    text: str


def standing(claim: Claim, amount: str) -> Standing:
    """What the shopper reads of a claim's state; ``amount`` is its value as they read money."""
    if claim.state == "waiting":
        return Standing(
            word=_("We are looking at it"),
            tone="info",
            title=_("Thank you. We have your report."),
            text=_(
                "A person looks at it with your order and your photos before them, and answers by e-mail and on "
                "this page. You need not do anything else. Please keep the goods and the box until then."
            ),
        )
    if claim.state == "declined":
        return Standing(
            word=_("Closed"),
            tone="warn",
            title=_("We have looked at your report."),
            text=_("If you see it differently, write to us. Your legal rights stay as they are."),
        )
    return _given(claim, amount)


def _given(claim: Claim, amount: str) -> Standing:
    is_done = claim.state == "settled"
    if claim.outcome == "refund":
        return Standing(
            word=_("Refunded") if is_done else _("Refund agreed"),
            tone="success",
            title=(
                _("%(amount)s has been refunded.") if is_done else _("We are sorry. You get %(amount)s back.")
            )
            % {"amount": amount},
            text=_(
                "The money comes the same way you paid; how long your bank takes, we cannot see. You need not send "
                "anything back unless we ask you to."
            ),
        )
    return Standing(
        word=_("Sent again") if is_done else _("We send it again"),
        tone="success",
        title=_("Your replacement is on its way.") if is_done else _("We are sorry. We send it again."),
        text=_("It costs you nothing. You need not send anything back unless we ask you to."),
    )
