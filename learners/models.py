"""Who: learners, units, postings and what they may do; every fact about them on two time axes."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .facts import Fact
from .mail_choices import MailChoice
from .outbox import MailEnclosure, OutgoingMail
from .provisioning import (
    ChangeByHand,
    DirectoryGroup,
    DirectoryMember,
    DirectoryPerson,
    FormerNumber,
    ImportMapping,
    ImportRun,
    MachineKey,
    MergedRecord,
    PendingImport,
)

__all__ = [
    "ChangeByHand",
    "DirectoryGroup",
    "DirectoryMember",
    "DirectoryPerson",
    "Employment",
    "Erasure",
    "FormerNumber",
    "ImportMapping",
    "ImportRun",
    "Leadership",
    "Learner",
    "Leave",
    "Look",
    "MachineKey",
    "MailChoice",
    "MailEnclosure",
    "MergedRecord",
    "OutgoingMail",
    "PendingImport",
    "Position",
    "Posting",
    "RoleGrant",
    "Unit",
    "UnitPlace",
]


class LearnerManager(BaseUserManager["Learner"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> Learner:
        learner = self.model(email=email.lower() or None, **fields)
        learner.set_password(password)
        learner.save()
        return learner

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> Learner:
        """Makes a system administrator: the right, and the dated role that goes with it."""
        learner = self.create_user(email, password, is_staff=True, is_superuser=True, **fields)
        now = timezone.now()
        dated = {"valid_from": timezone.localdate(now), "known_from": now}
        RoleGrant.objects.create(learner=learner, role=RoleGrant.Role.SYSTEM, **dated)
        return learner

    def get_by_natural_key(self, email: str | None) -> Learner:
        return self.get(email=(email or "").lower())


class Learner(AbstractBaseUser, PermissionsMixin):
    """A person employed in the service. `opaque_id` is theirs for life; names, addresses and HR numbers may change."""

    opaque_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    hr_number = models.CharField(_("HR number"), max_length=40, unique=True, null=True, blank=True)
    email = models.EmailField(_("e-mail"), unique=True, null=True, blank=True)
    given_name = models.CharField(_("given name"), max_length=100, blank=True)
    family_name = models.CharField(_("family name"), max_length=100, blank=True)
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES, default="nb")
    is_active = models.BooleanField(_("may sign in"), default=True)
    is_staff = models.BooleanField(default=False)
    date_joined = models.DateTimeField(auto_now_add=True)
    # A record without a name, whom nothing leads back to the person: learners.erasing.
    erased_on = models.DateField(null=True, editable=False)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = LearnerManager()

    class Meta:
        verbose_name = _("employee")
        verbose_name_plural = _("employees")

    def __str__(self) -> str:
        return self.get_full_name() or str(self.opaque_id)

    def get_full_name(self) -> str:
        return f"{self.given_name} {self.family_name}".strip()

    def get_short_name(self) -> str:
        return self.given_name

    @property
    def first_name(self) -> str:
        """What Wagtail's side bar calls the one who is signed in."""
        return self.get_full_name()


class Unit(models.Model):
    """The service, the directorate, KRUS, a region, a prison, a probation office, or an inner unit's own staff."""

    class Kind(models.TextChoices):
        SERVICE = "service", _("the service")
        DIRECTORATE = "directorate", _("directorate")
        COLLEGE = "college", _("college")
        REGION = "region", _("region")
        PRISON = "prison", _("prison")
        PROBATION = "probation", _("probation office")
        STAFF = "staff", _("own staff")

    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")

    def __str__(self) -> str:
        return self.name


class UnitPlace(Fact):
    """A unit's place in the tree. `path` is the codes from the root, "/KRIM/NORD/TROMSO/", so a subtree is a prefix."""

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="places")
    parent = models.ForeignKey(Unit, null=True, on_delete=models.CASCADE, related_name="child_places")
    path = models.CharField(max_length=400, db_index=True)

    class Meta:
        # learners.units.tree.below: a subtree, as known now, is one range of it.
        indexes = [models.Index(fields=["known_to", "path"], name="unitplace_subtree")]


class Position(models.Model):
    """A kind of job, as the HR system names it."""

    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)
    name_nn = models.CharField(_("name in nynorsk"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("position")
        verbose_name_plural = _("positions")

    def __str__(self) -> str:
        return self.name


class Employment(Fact):
    """A person is employed in the service; out from the day after the last day."""

    learner = models.ForeignKey(Learner, on_delete=models.CASCADE, related_name="employments")


class Posting(Fact):
    """A learner at a unit in a position, primary or not."""

    learner = models.ForeignKey(Learner, on_delete=models.CASCADE, related_name="postings")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="postings")
    position = models.ForeignKey(Position, on_delete=models.PROTECT)
    primary = models.BooleanField(default=True)
    percent = models.DecimalField(max_digits=5, decimal_places=2, default=100)


class Leave(Fact):
    """Absence: dates without reason."""

    learner = models.ForeignKey(Learner, on_delete=models.CASCADE, related_name="leaves")
    full_time = models.BooleanField(default=True)


class Leadership(Fact):
    """A learner leads a unit, or acts for its leader."""

    learner = models.ForeignKey(Learner, on_delete=models.CASCADE, related_name="leaderships")
    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="leaderships")
    acting = models.BooleanField(default=False)
    # Who decided it by hand; empty: the people data said so.
    decided_by = models.ForeignKey(Learner, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")


class RoleGrant(Fact):
    """A role that somebody holds, for a unit and what is below it, or (no unit) for the whole service."""

    class Role(models.TextChoices):
        MANAGEMENT = "management", _("management")
        EDITOR = "editor", _("editor")
        PUBLISHER = "publisher", _("publisher")
        COURSE_ADMIN = "course_admin", _("course administrator")
        TEACHER = "teacher", _("teacher")
        LOCAL_LEADER = "local_leader", _("local leader of activity")
        PRIVACY = "privacy", _("privacy officer")
        SYSTEM = "system", _("system administrator")

    learner = models.ForeignKey(Learner, on_delete=models.CASCADE, related_name="role_grants")
    role = models.CharField(max_length=20, choices=Role.choices)
    unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.CASCADE)
    # Who gave it, or who ended it: each row says who made it so.
    decided_by = models.ForeignKey(Learner, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")


class Erasure(models.Model):
    """A tombstone: the person with this opaque id has been erased. Nothing leads from here to the nameless record.

    It is applied again to whoever has the id, so that a restored backup brings nobody back.
    """

    opaque_id = models.UUIDField(primary_key=True)
    erased_on = models.DateField()
    decided_by = models.ForeignKey(Learner, null=True, on_delete=models.SET_NULL, related_name="+")


class Look(models.Model):
    """Somebody saw a named person, in a role, at a place, in the ISO week that begins on `week`: once a week.

    `place` is a key of `looks.PLACES`, `role` one of `looks.ROLES`. No time of day, and not what was looked at.
    """

    viewer = models.ForeignKey(Learner, on_delete=models.CASCADE, related_name="looks_made")
    seen = models.ForeignKey(Learner, on_delete=models.CASCADE, related_name="looks_received")
    role = models.CharField(max_length=20)
    place = models.CharField(max_length=40)
    week = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["seen", "week", "viewer", "role", "place"], name="look_once_a_week")
        ]
