"""Where people data come from: deliveries, saved mappings, machines' keys, the directory's names, merged records."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _


class ImportRun(models.Model):
    """One delivery of people data; the last good one is the age of the people facts."""

    source = models.CharField(max_length=80)
    finished_at = models.DateTimeField(db_index=True)
    succeeded = models.BooleanField()
    # Who started it; none for a machine.
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="import_runs")
    file_name = models.CharField(max_length=200, blank=True)
    file_hash = models.CharField(max_length=64, blank=True)  # SHA-256
    detail = models.JSONField(default=dict, blank=True)  # mode, day and counts; never a name

    class Meta:
        app_label = "learners"


class ChangeByHand(models.Model):
    """Somebody changed a person's facts in the admin: those that begin, or end, to be known at the moment `at`."""

    class Why(models.TextChoices):
        NEW = "new", _("it is new, and the HR file does not have it yet")
        LATE = "late", _("it was told late")
        WRONG = "wrong", _("what stood here was wrong")

    learner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="changes_by_hand")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()
    why = models.CharField(max_length=10, choices=Why.choices)

    class Meta:
        app_label = "learners"


class ImportMapping(models.Model):
    """Which header of a file is which field, under a name."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    columns = models.JSONField(default=dict)  # header -> field key

    class Meta:
        app_label = "learners"

    def __str__(self) -> str:
        return self.name


class PendingImport(models.Model):
    """A file between its preview and its import; gone after either, or after a day."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="pending_imports")
    file_name = models.CharField(max_length=200)
    content = models.BinaryField()
    choices = models.JSONField(default=dict)
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        app_label = "learners"


class MachineKey(models.Model):
    """A bearer key of another system for people data. The secret is stored hashed."""

    class Scope(models.TextChoices):
        SCIM = "scim", _("provisioning at /scim/v2/")
        READ = "people/read", _("read people and units at /api/v1/")
        WRITE = "people/write", _("change people and units at /api/v1/")

    name = models.CharField(max_length=80)
    key = models.CharField(max_length=32, unique=True)
    secret_hash = models.CharField(max_length=64)
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "learners"

    def __str__(self) -> str:
        return self.name


class FormerNumber(models.Model):
    """An HR number that somebody had, or that of a record merged into theirs: it leads to the same person for ever."""

    learner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="former_numbers")
    hr_number = models.CharField(max_length=40, unique=True)
    until = models.DateTimeField()

    class Meta:
        app_label = "learners"


class MergedRecord(models.Model):
    """`gone` was found to be the same person as `kept`. `moved`: what hung on `gone`, to undo it."""

    kept = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="merged_in")
    gone = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="merged_away")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="merges_made")
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)
    moved = models.JSONField(default=dict)  # "app.Model.field" -> keys

    class Meta:
        app_label = "learners"
        constraints = [
            models.UniqueConstraint(fields=["gone"], condition=models.Q(undone_at=None), name="merged_away_once")
        ]


class DirectoryPerson(models.Model):
    """What a directory (SCIM) calls a person, beside what Fagbenk knows. Their SCIM id is the opaque id."""

    learner = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="directory")
    user_name = models.CharField(max_length=255)
    external_id = models.CharField(max_length=255, blank=True, db_index=True)
    said = models.JSONField(default=dict)  # title, department, display name, e-mails, manager: as they were sent
    employs = models.BooleanField(default=False)  # the directory, not the HR file, says who is employed
    deleted_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField()

    class Meta:
        app_label = "learners"
        constraints = [models.UniqueConstraint(Lower("user_name"), name="directory_user_name_once")]


class DirectoryGroup(models.Model):
    """A group of the directory's. It gives a role only where an administrator has said so here."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    display_name = models.CharField(max_length=255)
    external_id = models.CharField(max_length=255, blank=True, db_index=True)
    role = models.CharField(max_length=20, blank=True)
    unit = models.ForeignKey("learners.Unit", null=True, blank=True, on_delete=models.PROTECT)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        app_label = "learners"
        constraints = [models.UniqueConstraint(Lower("display_name"), name="directory_group_name_once")]

    def __str__(self) -> str:
        return self.display_name


class DirectoryMember(models.Model):
    group = models.ForeignKey(DirectoryGroup, on_delete=models.CASCADE, related_name="members")
    learner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="directory_groups")

    class Meta:
        app_label = "learners"
        constraints = [models.UniqueConstraint(fields=["group", "learner"], name="directory_member_once")]
