"""API tokens: made, used, taken back."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from aftercart.kernel import clock
from aftercart.kernel.journal.publish import publish
from aftercart.stores.events import TokenMade, TokenRevoked
from aftercart.stores.models import ApiToken, Channel, User


@transaction.atomic
def make_token(
    *,
    name: str,
    prefix: str,
    digest: str,
    scopes: list[str],
    actor: str,
    channel: Channel | None = None,
    created_by: User | None = None,
    expires_at: datetime | None = None,
) -> ApiToken:
    """Keep a token (its hash only); ``prefix`` and ``digest`` come from :func:`aftercart.stores.tokens.new_token`."""
    token = ApiToken.objects.create(
        name=name,
        prefix=prefix,
        digest=digest,
        scopes=scopes,
        channel=channel,
        created_by=created_by,
        expires_at=expires_at,
    )
    publish(TokenMade(token_id=token.pk, scopes=tuple(scopes)), actor=actor)
    return token


@transaction.atomic
def revoke_token(*, token_id: int, actor: str) -> None:
    """Take a token back; doing it twice is doing it once."""
    if ApiToken.objects.filter(pk=token_id, revoked_at__isnull=True).update(revoked_at=clock.now()):
        publish(TokenRevoked(token_id=token_id), actor=actor)


def note_token_use(*, token_id: int, now: datetime) -> None:
    """Remember when a token was last used."""
    ApiToken.objects.filter(pk=token_id).update(last_used_at=now)
