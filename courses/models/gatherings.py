"""Gatherings (samlinger): teaching days in a room or on video, who has a seat, and who was there."""

from __future__ import annotations

import datetime as dt
import secrets
import uuid

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.storage import FileSystemStorage, Storage
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel

from learners.models import RoleGrant

from .course import Course
from .written import Described, Titled, written


def private_files() -> Storage:
    """Files that only a view of ours gives out, to those who may have them."""
    return FileSystemStorage(location=settings.PRIVATE_ROOT)


TEACHING = (RoleGrant.Role.TEACHER, RoleGrant.Role.COURSE_ADMIN, RoleGrant.Role.PUBLISHER, RoleGrant.Role.EDITOR)


def may_teach() -> models.Q:
    """Who can be named as a teacher: those who hold a role that teaches, as we know it now."""
    return models.Q(is_active=True, pk__in=RoleGrant.objects.known().filter(role__in=TEACHING).values("learner"))


def new_secret() -> str:
    return secrets.token_hex(16)


class Gathering(Described, ClusterableModel):
    """A teaching day, or several under one registration; `course`: the course that it is the other half of."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        OPEN = "open", _("published")
        CANCELLED = "cancelled", _("cancelled")

    slug = models.SlugField(_("address"), max_length=80, unique=True)
    title = models.CharField(_("title"), max_length=200)
    title_nn = models.CharField(_("title in nynorsk"), max_length=200, blank=True)
    about = models.TextField(_("what it is about"), blank=True)
    about_nn = models.TextField(_("what it is about, in nynorsk"), blank=True)
    course = models.ForeignKey(
        Course, null=True, blank=True, on_delete=models.PROTECT, related_name="gatherings", verbose_name=_("course"),
        help_text=_("Its e-learning comes first: who has done it may register."),
    )  # fmt: skip
    cohort = models.ForeignKey(
        "courses.Cohort", null=True, blank=True, on_delete=models.PROTECT, related_name="gatherings",
        verbose_name=_("class"), help_text=_("For this class only: its members get a seat when it is published."),
    )  # fmt: skip
    part = models.ForeignKey(
        "courses.Part", null=True, blank=True, on_delete=models.SET_NULL, related_name="gatherings",
        verbose_name=_("part of the programme"), help_text=_("Who is there long enough has done this part."),
    )  # fmt: skip
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.DRAFT)
    seats = models.PositiveSmallIntegerField(
        _("seats"), null=True, blank=True, validators=[MinValueValidator(1)], help_text=_("Empty: room for everybody.")
    )
    opens_on = models.DateField(_("registration opens"), null=True, blank=True)
    closes_on = models.DateField(_("last day to register"), null=True, blank=True)
    cancel_days = models.PositiveSmallIntegerField(
        _("days before the start until which a seat can be given up"),
        default=7,
        help_text=_("After that, only those who teach can take somebody off the list."),
    )
    answer_hours = models.PositiveSmallIntegerField(
        _("hours to answer when a seat becomes free"),
        default=48,
        help_text=_("0: who waits gets the seat at once, without being asked."),
    )
    least_percent = models.PositiveSmallIntegerField(
        _("share of the time that one must be there (%)"),
        default=80,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
    )
    contact = models.CharField(_("whom to ask"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("gathering")
        verbose_name_plural = _("gatherings")
        ordering = ["slug"]

    def __str__(self) -> str:
        return self.title

    @property
    def cancelled(self) -> bool:
        return self.state == self.State.CANCELLED


class Session(Titled, models.Model):
    """A stretch of time in a room or on video. `sequence` counts its changes (RFC 5545 3.8.7.4)."""

    gathering = ParentalKey(Gathering, on_delete=models.CASCADE, related_name="sessions")
    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    starts = models.DateTimeField(_("starts"))
    ends = models.DateTimeField(_("ends"))
    title = models.CharField(_("title"), max_length=200, blank=True)
    title_nn = models.CharField(_("title in nynorsk"), max_length=200, blank=True)
    place = models.CharField(_("place"), max_length=200, blank=True)
    video_link = models.URLField(_("video link"), blank=True)
    agenda = models.TextField(
        _("programme of the day"), blank=True, help_text=_("One on each line, such as “09:00 Coffee”.")
    )
    agenda_nn = models.TextField(_("programme of the day, in nynorsk"), blank=True, db_default="")
    cancelled = models.BooleanField(
        _("cancelled"),
        default=False,
        help_text=_("Those who have a seat are told, and it goes out of their calendars."),
    )
    sequence = models.PositiveIntegerField(default=0, editable=False)
    secret = models.CharField(
        max_length=32, default=new_secret, editable=False
    )  # what the code on the screen is made of

    class Meta:
        ordering = ["starts", "pk"]
        # Read by `mine.clashes` and the lists: what lies ahead.
        indexes = [models.Index(fields=["starts"], name="session_starts")]

    def __str__(self) -> str:
        return self.title or str(self.gathering)

    def clean(self) -> None:
        if self.starts and self.ends and self.starts >= self.ends:
            raise ValidationError({"ends": _("It must end after it has started.")})

    @property
    def minutes(self) -> int:
        return int((self.ends - self.starts) / dt.timedelta(minutes=1))

    def agenda_in(self, language: str) -> list[str]:
        text = written(self, "agenda", language)
        return [line.strip() for line in text.splitlines() if line.strip()]


class GatheringTeacher(models.Model):
    """Who teaches a gathering: sees who takes part, and takes the attendance."""

    gathering = ParentalKey(Gathering, on_delete=models.CASCADE, related_name="teachers")
    learner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="teaches", verbose_name=_("teacher"),
        limit_choices_to=may_teach,
    )  # fmt: skip

    class Meta:
        constraints = [models.UniqueConstraint(fields=["gathering", "learner"], name="gathering_teacher_once")]


class Material(Titled, models.Model):
    """A document or picture of a gathering, for those who are signed in."""

    class When(models.TextChoices):
        BEFORE = "before", _("before the gathering")
        AFTER = "after", _("after the gathering")

    gathering = ParentalKey(Gathering, on_delete=models.CASCADE, related_name="materials")
    title = models.CharField(_("title"), max_length=200)
    title_nn = models.CharField(_("title in nynorsk"), max_length=200, blank=True)
    file = models.FileField(_("file"), upload_to="samlinger/%Y/", storage=private_files)
    when = models.CharField(_("when"), max_length=8, choices=When.choices, default=When.BEFORE)
    alt = models.CharField(
        _("what the picture shows"), max_length=250, blank=True, help_text=_("For those who cannot see it.")
    )

    class Meta:
        ordering = ["when", "pk"]

    PICTURES = (".jpg", ".jpeg", ".png", ".webp", ".gif")

    def clean(self) -> None:
        if self.file and self.is_picture and not self.alt:
            raise ValidationError({"alt": _("Say what the picture shows, for those who cannot see it.")})

    @property
    def is_picture(self) -> bool:
        return (self.file.name or "").lower().endswith(self.PICTURES)


class Registration(models.Model):
    """A learner's place in a gathering's list. A new registration after one that is over is a new row.

    The order of the waiting list is the order of the rows: they are written one at a time (courses.gatherings).
    """

    class State(models.TextChoices):
        SEAT = "seat", _("has a seat")
        OFFERED = "offered", _("is offered a seat")
        WAITING = "waiting", _("waits for a seat")
        CANCELLED = "cancelled", _("gave it up")
        LAPSED = "lapsed", _("did not answer in time")

    ACTIVE = (State.SEAT, State.OFFERED, State.WAITING)
    HOLDS = (State.SEAT, State.OFFERED)

    gathering = models.ForeignKey(Gathering, on_delete=models.PROTECT, related_name="registrations")
    learner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="registrations")
    registration = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)  # its name in statements
    state = models.CharField(max_length=12, choices=State.choices)
    registered_at = models.DateTimeField()
    registered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="registered_others"
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    answer_by = models.DateTimeField(null=True, blank=True)
    turn = models.PositiveIntegerField(default=0)  # counts what this person has been told of this gathering
    invited = models.BooleanField(default=False)  # stands in the person's calendar, as far as we have told it
    untold = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["gathering", "learner"],
                condition=models.Q(state__in=("seat", "offered", "waiting")),
                name="registered_once",
            )
        ]
        indexes = [
            # Read by `notices.tell`: those who have not been told how they stand.
            models.Index(fields=["gathering"], condition=models.Q(untold=True), name="registration_untold"),
            # Read by `registering.lapse`: offers that run out.
            models.Index(fields=["answer_by"], condition=models.Q(state="offered"), name="registration_offered"),
        ]

    def __str__(self) -> str:
        return f"{self.gathering.slug} {self.pk}: {self.state}"


class Attendance(models.Model):
    """How long somebody was there, as somebody said it. A correction closes the row and adds one.

    `minutes` 0: was not there. `statement_id`: the statement `attended` that tells it, none for 0 minutes.
    """

    class How(models.TextChoices):
        LIST = "list", _("by the list")
        CODE = "code", _("by the code on the screen")

    registration = models.ForeignKey(Registration, on_delete=models.CASCADE, related_name="attendance")
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="attendance")
    minutes = models.PositiveIntegerField()
    how = models.CharField(max_length=8, choices=How.choices)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="recorded_attendance"
    )
    known_from = models.DateTimeField()
    known_to = models.DateTimeField(null=True, blank=True)
    statement_id = models.UUIDField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["registration", "session"], condition=models.Q(known_to=None), name="one_standing_attendance"
            )
        ]


class CalendarFeed(models.Model):
    """A secret address that a person's calendar reads; a new one, or none, ends the one before."""

    learner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="calendar_feeds")
    digest = models.CharField(max_length=64, unique=True)
    language = models.CharField(max_length=10)
    made_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
