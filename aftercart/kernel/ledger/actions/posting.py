"""Writing one balanced posting, once per key."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from aftercart.kernel.ledger.errors import KeyReusedError
from aftercart.kernel.ledger.models import Account, Entry, Posting, PostingKind


@dataclass(frozen=True, kw_only=True)
class Movement:
    """What a posting says of itself besides its amounts."""

    kind: PostingKind
    key: str
    fingerprint: str
    actor: str
    now: datetime
    reason: str = ""
    source: str = ""
    reverses: Posting | None = None


def fingerprint(*asked: object) -> str:
    """A digest of what was asked. Times stay out of it: a retry may reckon them anew."""
    return hashlib.sha256(json.dumps([str(part) for part in asked]).encode()).hexdigest()


def replayed(key: str, asked: str) -> Posting | None:
    """The posting the key already stands for, or ``None``; call it under the account's lock.

    Raises:
        KeyReusedError: when it stands for something else.
    """
    posting = Posting.objects.filter(key=key).first()
    if posting is not None and posting.fingerprint != asked:
        raise KeyReusedError(key)
    return posting


def write_posting(movement: Movement, *, book_id: int, lines: Mapping[Account, int]) -> Posting:
    """Write the posting and its entries; lines of zero are left out.

    Raises:
        ValueError: when the lines do not add up to zero or leave the book.
        KeyReusedError: when another account's movement took the key at this moment.
    """
    if sum(lines.values()) != 0 or any(account.book_id != book_id for account in lines):
        raise ValueError("the entries of a posting add up to zero within one book")
    posting = _write_head(movement, book_id)
    Entry.objects.bulk_create(
        Entry(posting=posting, account=account, amount=amount)
        for account, amount in lines.items()
        if amount != 0
    )
    return posting


def _write_head(movement: Movement, book_id: int) -> Posting:
    try:
        with transaction.atomic():
            return Posting.objects.create(
                book_id=book_id,
                kind=movement.kind,
                key=movement.key,
                fingerprint=movement.fingerprint,
                reason=movement.reason,
                actor=movement.actor,
                source=movement.source,
                reverses=movement.reverses,
                occurred_at=movement.now,
            )
    except IntegrityError as error:
        if Posting.objects.filter(key=movement.key).exists():
            raise KeyReusedError(movement.key) from error
        raise


def check_amount(amount: int) -> None:
    """Raises ``ValueError`` unless the amount is a positive whole number of the book's smallest unit."""
    if isinstance(amount, bool) or not isinstance(amount, int) or amount <= 0:
        raise ValueError(f"an amount is a positive whole number, not {amount!r}")
