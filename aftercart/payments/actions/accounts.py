"""Setting up how a channel takes payments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from aftercart.kernel import clock
from aftercart.kernel.journal.publish import publish
from aftercart.payments.accounts import kind_of
from aftercart.payments.events import PaymentAccountChanged
from aftercart.payments.models import Account
from aftercart.payments.rules import Refused
from aftercart.payments.secrets import SecretsLost, seal, unseal


@transaction.atomic
def save_account(
    *,
    channel_id: int,
    provider: str,
    actor: str,
    methods: Sequence[str],
    is_enabled: bool = True,
    is_test: bool = False,
    settings: Mapping[str, Any] | None = None,
    secrets: Mapping[str, str] | None = None,
) -> Account:
    """Say how a channel uses a provider. Secrets left out or empty stay as they are kept.

    Raises:
        Refused: when the provider has no such method.
    """
    kind = kind_of(provider)
    unknown = set(methods) - set(kind.methods)
    if unknown:
        raise Refused(f"{kind.label} has no method {', '.join(sorted(unknown))}.")
    account = Account.objects.select_for_update().filter(channel_id=channel_id, provider=provider).first()
    account = account or Account(channel_id=channel_id, provider=provider)
    account.methods, account.is_enabled, account.is_test = list(methods), is_enabled, is_test
    if settings is not None:
        account.settings = dict(settings)
    if secrets:
        account.secrets = seal(_kept(account) | {name: value for name, value in secrets.items() if value})
    account.position, account.changed_at = kind.position, clock.now()
    account.save()
    changed = PaymentAccountChanged(channel_id=channel_id, provider=provider, is_enabled=is_enabled)
    publish(changed, actor=actor)
    return account


def _kept(account: Account) -> dict[str, str]:
    try:
        return unseal(account.secrets)
    except SecretsLost:
        return {}
