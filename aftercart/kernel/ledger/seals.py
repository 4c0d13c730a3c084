"""The database's own guard over the ledger: what is posted is never changed, and a posting balances.

SQLite cannot check at commit, so there the balance of a posting is checked where it is written
and proven again by ``reconcile``.
"""

from __future__ import annotations

from django.db.backends.base.base import BaseDatabaseWrapper

SEALED_TABLES = ("ledger_posting", "ledger_entry", "ledger_lotentry")
REFUSAL = "the ledger is append-only: reverse a posting instead of changing it"

_POSTGRESQL_SEAL = """
CREATE OR REPLACE FUNCTION ledger_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the ledger is append-only: reverse a posting instead of changing it'
        USING ERRCODE = 'restrict_violation';
END $$;

CREATE OR REPLACE FUNCTION ledger_check_posting() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE total numeric; strangers bigint;
BEGIN
    SELECT sum(entry.amount), count(*) FILTER (WHERE account.book_id <> posting.book_id)
      INTO total, strangers
      FROM ledger_entry entry
      JOIN ledger_account account ON account.id = entry.account_id
      JOIN ledger_posting posting ON posting.id = entry.posting_id
     WHERE entry.posting_id = NEW.posting_id;
    IF total <> 0 OR strangers > 0 THEN
        RAISE EXCEPTION 'posting % does not balance within its book', NEW.posting_id
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER ledger_posting_balances AFTER INSERT ON ledger_entry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_check_posting();
"""


def seal(connection: BaseDatabaseWrapper) -> None:
    """Put the guards in place."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_POSTGRESQL_SEAL)
        for table in SEALED_TABLES:
            for verb in ("UPDATE", "DELETE"):
                cursor.execute(_seal_sql(connection.vendor, table, verb))


def unseal(connection: BaseDatabaseWrapper) -> None:
    """Take the guards away: for undoing the migration and for emptying the whole database."""
    with connection.cursor() as cursor:
        for table in SEALED_TABLES:
            on_table = f" ON {table}" if connection.vendor == "postgresql" else ""
            for verb in ("UPDATE", "DELETE"):
                cursor.execute(f"DROP TRIGGER IF EXISTS {table}_no_{verb.lower()}{on_table}")
        if connection.vendor == "postgresql":
            cursor.execute("DROP TRIGGER IF EXISTS ledger_posting_balances ON ledger_entry")
            cursor.execute("DROP FUNCTION IF EXISTS ledger_check_posting()")
            cursor.execute("DROP FUNCTION IF EXISTS ledger_refuse_change()")


def _seal_sql(vendor: str, table: str, verb: str) -> str:
    head = f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table}"
    if vendor == "postgresql":
        return f"{head} FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change()"
    return f"{head} BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
