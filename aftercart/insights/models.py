"""What the export remembers: which chunks are out of date, and which database the files belong to."""

from __future__ import annotations

from uuid import uuid4

from django.db import models


class StaleChunk(models.Model):
    """A mark: this chunk of an exported table no longer shows what the database holds.

    Marks are only ever added and removed by id. A chunk that changes while it is being written gets a
    further mark, which the writer has not read and so does not remove: nothing is lost, and nobody waits.
    """

    table = models.CharField(max_length=40)
    chunk = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["table", "chunk"], name="insights_stalechunk_of")]

    def __str__(self) -> str:
        return f"{self.table} {self.chunk}"


class ExportIdentity(models.Model):
    """A single row (id 1) whose key the exported files carry: files of another database are noticed."""

    key = models.UUIDField(default=uuid4, editable=False)

    class Meta:
        verbose_name_plural = "export identities"
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="insights_exportidentity_single")
        ]

    def __str__(self) -> str:
        return str(self.key)
