"""The database itself refuses: what is posted stays, and what does not balance is not committed."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import Model

from aftercart.kernel.ledger.actions import grant, spend
from aftercart.kernel.ledger.models import Account, Entry, LotEntry, Posting
from aftercart.kernel.ledger.testing import NOW, make_account

TABLES: list[type[Model]] = [Posting, Entry, LotEntry]


@pytest.mark.django_db
@pytest.mark.parametrize("model", TABLES)
@pytest.mark.parametrize("verb", ["update", "delete"])
def test_what_is_posted_is_never_changed(model: type[Model], verb: str) -> None:
    sam = make_account()
    grant(account=sam, amount=100, key="g", actor="system", now=NOW)
    spend(account=sam, amount=10, key="s", actor="system", now=NOW)
    table = connection.ops.quote_name(model._meta.db_table)
    statement = f"UPDATE {table} SET id = id" if verb == "update" else f"DELETE FROM {table}"
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


@pytest.mark.django_db
def test_the_database_holds_an_account_above_zero() -> None:
    sam = make_account()
    with pytest.raises(IntegrityError), transaction.atomic():
        Account.objects.filter(pk=sam.pk).update(balance=-1)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("fault", ["unbalanced", "another book"])
def test_a_posting_that_does_not_balance_is_not_committed(fault: str) -> None:
    sam, other = make_account(), make_account(book="credit")
    posting = grant(account=sam, amount=100, key="g", actor="system", now=NOW)

    def plant() -> None:
        with transaction.atomic():
            planted = Posting.objects.create(
                book=sam.book, kind="grant", key="x", fingerprint="", actor="system", occurred_at=NOW
            )
            Entry.objects.create(posting=planted, account=sam, amount=5)
            if fault == "another book":
                Entry.objects.create(posting=planted, account=other, amount=-5)

    with pytest.raises(IntegrityError, match="does not balance"):
        plant()
    assert list(Posting.objects.all()) == [posting]


@pytest.mark.django_db(transaction=True)
def test_the_whole_database_can_still_be_emptied() -> None:
    grant(account=make_account(), amount=100, key="g", actor="system", now=NOW)
    call_command("flush", interactive=False, verbosity=0)
    assert not Posting.objects.exists()
    grant(account=make_account(), amount=100, key="g", actor="system", now=NOW)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        LotEntry.objects.all().delete()
