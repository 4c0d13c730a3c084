"""Background work as rows: jobs with their leases, schedules, and the workers that turn them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar

from django.db import models
from django.db.models import Q


class JobQuerySet(models.QuerySet["Job"]):
    def due(self, now: datetime) -> JobQuerySet:
        """Jobs that may start, the most urgent first."""
        return self.filter(state=Job.State.PENDING, run_at__lte=now).order_by("-priority", "run_at", "id")

    def lost(self, now: datetime) -> JobQuerySet:
        """Jobs whose worker has not been heard of for the length of a lease."""
        return self.filter(state=Job.State.RUNNING, leased_until__lt=now).order_by("leased_until")

    def dead(self) -> JobQuerySet:
        """Jobs that used up their attempts and wait for a person, the latest first."""
        return self.filter(state=Job.State.DEAD).order_by("-finished_at", "-id")

    def held(self, *, job_id: int, fence: int) -> JobQuerySet:
        """The job while the lease with this fence is still good; nothing once somebody else took it."""
        return self.filter(id=job_id, fence=fence, state=Job.State.RUNNING)


class Job(models.Model):
    """A call to be made once, later, by some worker.

    ``fence`` grows with every lease: a worker that lost its lease knows the old number and can no
    longer write its result (docs/decisions/0005).
    """

    class State(models.TextChoices):
        PENDING = "pending", "Pending"
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        DEAD = "dead", "Dead"
        CANCELLED = "cancelled", "Cancelled"

    id = models.BigAutoField(primary_key=True)
    name = models.CharField(max_length=80)
    key = models.CharField(max_length=160, null=True, blank=True)
    payload = models.JSONField(default=dict)
    priority = models.SmallIntegerField(default=0)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PENDING)
    run_at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    max_attempts = models.PositiveIntegerField(default=5)
    fence = models.PositiveBigIntegerField(default=0)
    leased_by = models.CharField(max_length=64, blank=True, default="")
    leased_until = models.DateTimeField(null=True, blank=True)
    progress_done = models.BigIntegerField(default=0)
    progress_total = models.BigIntegerField(null=True, blank=True)
    progress_message = models.CharField(max_length=200, blank=True, default="")
    error = models.CharField(max_length=500, blank=True, default="")
    traceback = models.TextField(blank=True, default="")
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["key"],
                condition=Q(key__isnull=False, state__in=["pending", "running"]),
                name="work_job_key_once",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["pending", "running", "done", "dead", "cancelled"]),
                name="work_job_state",
            ),
            models.CheckConstraint(
                condition=~Q(state="running") | Q(leased_until__isnull=False), name="work_job_running_leased"
            ),
        ]
        indexes = [
            models.Index(
                fields=["-priority", "run_at", "id"], condition=Q(state="pending"), name="work_job_due"
            ),
            models.Index(fields=["leased_until"], condition=Q(state="running"), name="work_job_leases"),
            models.Index(fields=["state", "-finished_at"], name="work_job_finished"),
            models.Index(fields=["name", "-created_at"], name="work_job_by_name"),
        ]

    def __str__(self) -> str:
        return f"{self.name} #{self.pk}"

    @property
    def progress_share(self) -> float | None:
        """How much is done, 0.0 to 1.0; None while the whole is not known."""
        if not self.progress_total:
            return None
        return min(self.progress_done / self.progress_total, 1.0)


class Schedule(models.Model):
    """When a schedule is due next. One row per schedule; whoever advances it enqueues its job."""

    name = models.CharField(max_length=80, unique=True)
    plan = models.CharField(max_length=120)
    next_due_at = models.DateTimeField()
    last_due_at = models.DateTimeField(null=True, blank=True)
    last_fired_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.name} ({self.plan})"


class WorkerQuerySet(models.QuerySet["Worker"]):
    def alive(self, now: datetime) -> WorkerQuerySet:
        """Workers heard of within four heartbeats."""
        return self.filter(stopped_at__isnull=True, seen_at__gte=now - Worker.SILENCE).order_by("started_at")


class Worker(models.Model):
    """A worker process and the last sign of life from it."""

    SILENCE: ClassVar[timedelta] = timedelta(seconds=20)

    id = models.CharField(max_length=64, primary_key=True)
    host = models.CharField(max_length=120)
    pid = models.PositiveIntegerField()
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True, blank=True)
    doing = models.JSONField(default=dict, help_text="What each of its pumps does right now, by name.")

    objects = WorkerQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.host}:{self.pid}"
