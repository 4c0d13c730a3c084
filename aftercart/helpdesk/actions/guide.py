"""A question that began at a guide: the reader's words, and where in which guide they stopped."""

from __future__ import annotations

from django.utils import translation
from django.utils.translation import gettext as _

from aftercart.guides.models import Outcome
from aftercart.helpdesk.actions.ask import ask_question
from aftercart.helpdesk.models import Message


def ask_about_guide(*, outcome_id: int, actor: str) -> Message | None:
    """Make a question of what a reader wrote; ``None`` when it is gone. The same outcome is one question."""
    outcome = Outcome.objects.select_related("guide").filter(pk=outcome_id).first()
    if outcome is None or outcome.order_id is None or not outcome.text:
        return None
    return ask_question(
        order_id=outcome.order_id,
        text=f"{outcome.text}\n\n{_context(outcome)}",
        topic="product",
        key=f"guide:{outcome.pk}",
        actor=actor,
        trust=outcome.trust,
        language=outcome.language,
        now=outcome.told_at,
    )


def _context(outcome: Outcome) -> str:
    with translation.override(outcome.language):
        title = outcome.guide.texts.get(outcome.language, {}).get("title") or outcome.guide.handle
        words = {"guide": title, "step": outcome.step}
        if outcome.step:
            return _("From the guide “%(guide)s”, step %(step)s.") % words
        return _("From the guide “%(guide)s”.") % words
