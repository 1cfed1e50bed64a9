"""What courses hold of a person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from learners.models import Learner
from learners.personal_data import (
    SHORT,
    UNTIL_ERASED,
    WHILE_EMPLOYED,
    YEAR,
    Holding,
    nothing_to_do,
    older_than_a_year,
    register,
    rows,
)

from .models import (
    Answered,
    Assessment,
    Attendance,
    Audience,
    CalendarFeed,
    CohortMember,
    CohortMessage,
    CohortTeacher,
    ErrorReport,
    Exemption,
    GatheringTeacher,
    Handin,
    PlannedChange,
    Registration,
    Singled,
    Work,
    WorkFile,
)
from .work import files

DATES = ("valid_from", "valid_to", "known_from", "known_to")


def _decided(learner: Learner) -> Iterable[Mapping[str, Any]]:
    """What the person has decided; of an exemption of somebody else's, not whose it is."""
    audiences = Audience.objects.filter(decided_by=learner).values("campaign__title", "positions", "units", *DATES)
    singled = Singled.objects.filter(decided_by=learner).values("campaign__title", "taken_in", *DATES)
    mine = Q(proposed_by=learner) | Q(approved_by=learner) | Q(refused_by=learner)
    exemptions = Exemption.objects.filter(mine).values("campaign__title", *DATES)
    planned = PlannedChange.objects.filter(decided_by=learner).values("course__title", "note", "decided_at")
    answered = ErrorReport.objects.filter(handled_by=learner).values("course__title", "state", "handled_at")
    return [*audiences, *singled, *exemptions, *planned, *answered]


register(
    Holding(
        "exemptions",
        _("Exemptions from a campaign"),
        _("to ask nothing of you that you need not take"),
        WHILE_EMPLOYED,
        rows(Exemption, "learner", ("campaign__title", "reason", *DATES)),
        frozenset({"courses.Exemption.learner"}),
    )
)
register(
    Holding(
        "singled",
        _("Campaigns that you were taken into or out of by name"),
        _("to ask of you what was decided"),
        WHILE_EMPLOYED,
        rows(Singled, "learner", ("campaign__title", "taken_in", *DATES)),
        frozenset({"courses.Singled.learner"}),
    )
)
register(
    Holding(
        "decisions",
        _("What you have decided for others"),
        _("to know who decided a campaign or an exemption"),
        WHILE_EMPLOYED,
        _decided,
        frozenset(
            {
                "courses.Audience.decided_by",
                "courses.Singled.decided_by",
                "courses.Exemption.proposed_by",
                "courses.Exemption.approved_by",
                "courses.Exemption.refused_by",
                "courses.Exemption.ended_by",
                "courses.ErrorReport.handled_by",
                "courses.PlannedChange.decided_by",
            }
        ),
    )
)

GATHERING = ("gathering__title", "gathering__slug")


def _registered_others(learner: Learner) -> Iterable[Mapping[str, Any]]:
    """Whom the person has registered or taken the attendance of: that it was done, not whose."""
    registered = Registration.objects.filter(registered_by=learner).exclude(learner=learner)
    recorded = Attendance.objects.filter(recorded_by=learner).exclude(registration__learner=learner)
    return [
        *registered.values(*GATHERING, "registered_at"),
        *recorded.values("registration__gathering__title", "known_from", "known_to"),
    ]


register(
    Holding(
        "registrations",
        _("Gatherings you are or were registered for"),
        _("to keep you a seat, and to know who was there"),
        WHILE_EMPLOYED,
        rows(Registration, "learner", (*GATHERING, "state", "registered_at", "ended_at", "answer_by")),
        frozenset({"courses.Registration.learner"}),
    )
)
register(
    Holding(
        "attendance",
        _("When you were at a gathering, and for how long"),
        _("to know whether the gathering counts for you"),
        WHILE_EMPLOYED,
        rows(
            Attendance,
            "registration__learner",
            ("registration__gathering__title", "session__starts", "minutes", "how", "known_from", "known_to"),
        ),
    )
)
register(
    Holding(
        "teaching",
        _("Gatherings you teach"),
        _("to show you who takes part"),
        WHILE_EMPLOYED,
        rows(GatheringTeacher, "learner", GATHERING),
        frozenset({"courses.GatheringTeacher.learner"}),
    )
)
register(
    Holding(
        "registered_others",
        _("What you have written down of others at gatherings"),
        _("to know who said so"),
        WHILE_EMPLOYED,
        _registered_others,
        frozenset({"courses.Registration.registered_by", "courses.Attendance.recorded_by"}),
    )
)
register(
    Holding(
        "calendar_feeds",
        _("Secret addresses for your calendar"),
        _("to let your calendar read your gatherings"),
        UNTIL_ERASED,
        rows(CalendarFeed, "learner", ("language", "made_at", "revoked_at")),
        frozenset({"courses.CalendarFeed.learner"}),
    )
)
register(
    Holding(
        "cohorts",
        _("Classes you are or were in"),
        _("to show you and your teachers how far you are"),
        WHILE_EMPLOYED,
        rows(CohortMember, "learner", ("cohort__title", "cohort__programme__title", "joined_at", "left_at")),
        frozenset({"courses.CohortMember.learner"}),
    )
)
register(
    Holding(
        "teaching_cohorts",
        _("Classes you teach"),
        _("to show you how far everybody is"),
        WHILE_EMPLOYED,
        rows(CohortTeacher, "learner", ("cohort__title",)),
        frozenset({"courses.CohortTeacher.learner"}),
    )
)
register(
    Holding(
        "cohort_messages",
        _("Messages you have written to a class"),
        _("to send them to the class"),
        WHILE_EMPLOYED,
        rows(CohortMessage, "author", ("cohort__title", "subject", "text", "written_at")),
        frozenset({"courses.CohortMessage.author"}),
    )
)
register(
    Holding(
        "error_reports",
        _("Errors you have reported in lessons"),
        _("to mend them, and to tell you what came of it"),
        SHORT,
        rows(ErrorReport, "learner", ("course__title", "part_title", "text", "sent_at", "state", "answer")),
        frozenset({"courses.ErrorReport.learner"}),
        prune=older_than_a_year(ErrorReport, "sent_at"),
    )
)


# --- Work handed in -----------------------------------------------------------------------------------------------
AFTER_CLASS = _("until a year after the class has ended")
PART = ("work__part__title", "work__member__cohort__title")


def _work(learner: Learner) -> Iterable[Mapping[str, Any]]:
    """The drafts, what was handed in, the files' names, and what was said of it."""
    drafts = Work.objects.filter(member__learner=learner)
    handed_in = Handin.objects.filter(work__member__learner=learner)
    said = Assessment.objects.filter(handin__work__member__learner=learner)
    attached = WorkFile.objects.filter(work__member__learner=learner)
    return [
        *drafts.values("part__title", "member__cohort__title", "draft", "aside", "drafted_at", "due_on"),
        *handed_in.values(*PART, "number", "text", "handed_in_at"),
        *attached.values(*PART, "name", "size", "added_at"),
        *said.values("handin__work__part__title", "passed", "levels", "words", "known_from", "known_to"),
    ]


def _remove(works: Any) -> int:
    """Works with all that hangs on them, also the files themselves. That a part is done is a statement, and stays."""
    found = [one.pk for one in works]
    files.destroy(list(WorkFile.objects.filter(work__in=found)))
    Work.objects.filter(pk__in=found).delete()
    return len(found)


def _forget_work(learner: Learner) -> None:
    _remove(Work.objects.filter(member__learner=learner))


def _of_classes_long_over(at: dt.datetime) -> int:
    return _remove(Work.objects.filter(member__cohort__ends__lt=(at - YEAR).date()))


register(
    Holding(
        "work",
        _("Work you have written or handed in for a programme, with its files and what was said of it"),
        _("to let those who teach you assess it"),
        AFTER_CLASS,
        _work,
        erase=_forget_work,
        prune=_of_classes_long_over,
    )
)


def _assessed(learner: Learner) -> Iterable[Mapping[str, Any]]:
    """That it was done, not whose work it was."""
    said = Assessment.objects.filter(assessed_by=learner)
    dates = Work.objects.filter(due_by=learner)
    return [*said.values("handin__work__part__title", "known_from"), *dates.values("part__title", "due_on")]


register(
    Holding(
        "assessing",
        _("Work of others that you have assessed or given more time"),
        _("to know who said so"),
        AFTER_CLASS,
        _assessed,
        frozenset({"courses.Assessment.assessed_by", "courses.Work.due_by"}),
        erase=nothing_to_do,
    )
)
register(
    Holding(
        "evaluations",
        _("That you have answered an evaluation; what you answered is not tied to you"),
        _("to ask nobody twice"),
        UNTIL_ERASED,
        rows(Answered, "learner", ("evaluation__course__title", "evaluation__gathering__title")),
        frozenset({"courses.Answered.learner"}),
    )
)
