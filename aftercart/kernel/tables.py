"""Column types and database expressions that behave alike on SQLite and PostgreSQL."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.expressions import Func
from django.db.models.sql.compiler import SQLCompiler


class CurrentTransaction(Func):
    """The number of the running PostgreSQL transaction; 0 on SQLite, whose writers run one at a time."""

    function = "pg_current_xact_id"
    output_field = models.BigIntegerField()
    allowed_default = True

    def as_postgresql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any
    ) -> tuple[str, tuple[str | int, ...]]:
        """PostgreSQL's 64-bit transaction number, as a plain integer."""
        return "(pg_current_xact_id()::text::bigint)", ()

    def as_sqlite(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any
    ) -> tuple[str, tuple[str | int, ...]]:
        """Always 0: the order of ids is the order of commits."""
        return "0", ()
