"""A channel's account with a provider, ready to be called."""

from __future__ import annotations

from aftercart.payments.models import Account
from aftercart.payments.ports import Provider, Setup
from aftercart.payments.providers import KINDS, Kind
from aftercart.payments.rules import Refused
from aftercart.payments.secrets import SecretsLost, from_environment, unseal


def kind_of(provider: str) -> Kind:
    """What there is to know of a provider.

    Raises:
        Refused: when there is none of the name.
    """
    if provider not in KINDS:
        raise Refused(f"There is no payment provider {provider!r}.")
    return KINDS[provider]


def setup_of(account: Account) -> Setup:
    """An account's settings and secrets; what the environment holds comes before what was typed in.

    Raises:
        SecretsLost: when the kept secrets cannot be opened.
    """
    kind = kind_of(account.provider)
    secrets = unseal(account.secrets) | from_environment(account.provider, account.channel.slug, kind.secrets)
    return Setup(account_id=account.pk, is_test=account.is_test, settings=account.settings, secrets=secrets)


def provider_for(account: Account) -> Provider:
    """The provider, ready to be called for the account."""
    return kind_of(account.provider).make(setup_of(account))


def missing_keys(account: Account) -> list[str]:
    """Secrets that a provider needs and nobody has given."""
    kind = kind_of(account.provider)
    try:
        kept = unseal(account.secrets)
    except SecretsLost:
        kept = {}
    known = kept | from_environment(account.provider, account.channel.slug, kind.secrets)
    return [name for name in kind.needed if not known.get(name)]
