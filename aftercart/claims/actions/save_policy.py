"""A new version of the policy; the old ones stay, as decisions name them."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import IntegrityError, transaction

from aftercart.claims.events import ClaimPolicySaved
from aftercart.claims.models import PolicyVersion
from aftercart.claims.policy import NEVER_SAVED, PolicyRule, problems
from aftercart.kernel import clock
from aftercart.kernel.journal.publish import publish
from aftercart.orders.rules import Refused

MOST_RULES = 50


class PolicyOvertaken(Refused):
    """Somebody saved another version since the writer looked."""


@transaction.atomic
def save_policy(*, rules: Sequence[PolicyRule], seen_version: int, actor: str) -> PolicyVersion:
    """Put these rules in force, in this order.

    Raises:
        PolicyOvertaken: when the version in force is not the one that was seen.
        Refused: when a rule has no name, cannot be read, or gives what a policy may not give.
    """
    found = problems(rules)
    if found:
        raise Refused(" ".join(found))
    if len(rules) > MOST_RULES:
        raise Refused(f"At most {MOST_RULES} rules can be followed.")
    newest = PolicyVersion.objects.first()
    if seen_version != (newest.version if newest else NEVER_SAVED):
        raise PolicyOvertaken("Somebody else changed the policy meanwhile. Look at theirs first.")
    try:
        with transaction.atomic():
            saved = PolicyVersion.objects.create(
                version=seen_version + 1,
                rules=[row.as_json() for row in rules],
                actor=actor,
                saved_at=clock.now(),
            )
    except IntegrityError as error:  # two saved the same next version at once: the constraint chose
        raise PolicyOvertaken("Somebody else changed the policy meanwhile. Look at theirs first.") from error
    event = ClaimPolicySaved(version=saved.version, rules=len(rules))
    publish(event, actor=actor, dedupe_key=f"claim-policy:{saved.version}")
    return saved
