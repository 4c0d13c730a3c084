"""The database's own guard over scans: what was told stays as it was told.

Only what leads to a person may be blanked (erasure), and scans go with their parcel. A migration that makes SQLite
build the table anew drops its triggers: let it call :func:`seal` again.
"""

from __future__ import annotations

from django.db.backends.base.base import BaseDatabaseWrapper

TRIGGER = "tracking_scan_no_change"
REFUSAL = "scans are append-only: record another one"
FACTS = ("parcel_id", "status", "reason", "source", "raw_code", "occurred_at", "recorded_at", "key")
BLANKABLE = ("message", "place")


def seal(connection: BaseDatabaseWrapper) -> None:
    """Put the guard in place."""
    is_changed = " OR ".join(
        [f"NEW.{fact} <> OLD.{fact}" for fact in FACTS]
        + [f"(NEW.{text} <> OLD.{text} AND NEW.{text} <> '')" for text in BLANKABLE]
    )
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_REFUSE)
            act = "EXECUTE FUNCTION tracking_refuse_change()"
            cursor.execute(
                f"CREATE TRIGGER {TRIGGER} BEFORE UPDATE ON tracking_scan FOR EACH ROW WHEN ({is_changed}) {act}"
            )
        else:
            cursor.execute(
                f"CREATE TRIGGER {TRIGGER} BEFORE UPDATE ON tracking_scan WHEN {is_changed} "
                f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
            )


def unseal(connection: BaseDatabaseWrapper) -> None:
    """Take the guard away, for undoing the migration."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"DROP TRIGGER IF EXISTS {TRIGGER} ON tracking_scan")
            cursor.execute("DROP FUNCTION IF EXISTS tracking_refuse_change()")
        else:
            cursor.execute(f"DROP TRIGGER IF EXISTS {TRIGGER}")


_REFUSE = f"""
CREATE OR REPLACE FUNCTION tracking_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'restrict_violation';
END $$;
"""
