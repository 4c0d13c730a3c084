"""What comes in by webhook: verified against every account of the provider, then applied."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence

from aftercart.kernel import clock
from aftercart.payments.accounts import provider_for
from aftercart.payments.actions.apply import apply_event
from aftercart.payments.models import Account
from aftercart.payments.ports import BadSignature, Notice
from aftercart.payments.secrets import SecretsLost

log = logging.getLogger(__name__)


def receive(provider: str, body: bytes, headers: Mapping[str, str]) -> int:
    """Apply a webhook's notices; how many it held.

    One address serves all channels: the account whose secret signed it is the one it speaks of.

    Raises:
        BadSignature: when no account of the provider has signed it, or it cannot be read.
    """
    notices, account_ids = _verified(provider, body, headers)
    for notice in notices:
        apply_event(
            provider=provider, notice=notice, raw=body.decode(errors="replace"), account_ids=account_ids
        )
    return len(notices)


def _verified(
    provider: str, body: bytes, headers: Mapping[str, str]
) -> tuple[Sequence[Notice], tuple[int, ...]]:
    notices: Sequence[Notice] = ()
    signed_by = []
    for account in Account.objects.filter(provider=provider).select_related("channel"):
        try:
            notices = provider_for(account).read_webhook(body, headers, clock.now())
        except (BadSignature, SecretsLost):
            continue
        except (json.JSONDecodeError, KeyError, TypeError, ValueError, AttributeError) as error:
            raise BadSignature(f"The webhook cannot be read: {error}") from error
        signed_by.append(account.pk)
    if not signed_by:
        raise BadSignature("No account of this provider signed this.")
    return notices, tuple(signed_by)
