"""Import runs: one reading of files into the shop, with what it rejected."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from aftercart.stores.models import Channel


class RunState(models.TextChoices):
    DRAFT = "draft", "Being set up"
    RUNNING = "running", "Running"
    FINISHED = "finished", "Finished"
    FAILED = "failed", "Could not finish"
    UNDOING = "undoing", "Being undone"
    UNDONE = "undone", "Undone"


class Run(models.Model):
    """One import. The steps below ``position`` and those in ``ahead`` have committed; two lanes may pass each other.

    ``fingerprint`` is the digest of files, mapping and options: a run that was cut off is found by it and
    goes on where it stopped.
    """

    format = models.CharField(max_length=40)
    mapping = models.TextField(blank=True, help_text="The mapping as TOML.")
    channel = models.ForeignKey(
        Channel, null=True, blank=True, on_delete=models.PROTECT, related_name="import_runs"
    )
    files = models.JSONField(default=list, help_text="[{name, path, size, digest}, ...]")
    options = models.JSONField(default=dict, help_text="encoding, delimiter, currency, timezone")
    state = models.CharField(max_length=20, choices=RunState.choices, default=RunState.DRAFT)
    fingerprint = models.CharField(max_length=64, blank=True)
    position = models.PositiveIntegerField(default=0)
    ahead = models.JSONField(default=list, help_text="Steps at or after position that are done.")
    steps = models.PositiveIntegerField(default=0)
    doing = models.CharField(max_length=200, blank=True)
    counts = models.JSONField(default=dict)
    report = models.JSONField(default=dict)
    error = models.TextField(blank=True)
    actor = models.CharField(max_length=80)
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=RunState.values), name="connectors_run_state"),
        ]
        indexes = [models.Index(fields=["fingerprint", "state"], name="connectors_run_fingerprint")]

    def __str__(self) -> str:
        return f"Import {self.pk}"

    @property
    def label(self) -> str:
        """The run's number as text, for titles."""
        return str(self.pk)

    @property
    def source(self) -> str:
        """How the journal names this run."""
        return f"import:{self.pk}"


class Kept(models.Model):
    """An order of the files that was not written, because of what the shop already holds."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="kept")
    external_id = models.CharField(max_length=120)
    file = models.CharField(max_length=255)
    row = models.BigIntegerField()
    reason = models.CharField(max_length=300)

    class Meta:
        verbose_name_plural = "kept"
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.external_id}: {self.reason}"
