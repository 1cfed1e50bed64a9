"""Attendance: statements, the rule for being there in part, corrections with their trace, and blended courses."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any
from unittest import mock

import pytest

from courses.gatherings import codes, registering
from courses.models import Attendance, Gathering, LessonPage, QuizPage, Registration
from learners.models import Learner
from tests.player.conftest import *  # noqa: F403 - a small course with its fixtures
from tests.player.conftest import form, quiz_form
from tracking import vocabulary
from tracking.barometer import refreshing
from tracking.completions import achievements, projection
from tracking.completions.following import follow
from tracking.completions.models import Achievement, Completion
from tracking.identities import activities
from tracking.lrs.models import Statement
from tracking.player import attending, completing, play
from tracking.player.models import Attempt
from tracking.player.port import PlayerPort

from . import cast
from .cast import AT, DAY, HOUR

pytestmark = pytest.mark.django_db
START = AT + 30 * DAY
END = START + 6 * HOUR


@pytest.fixture
def tuva(db: None) -> Learner:
    return cast.staff.employ("Tuva", cast.staff.unit("KRUS", kind="college"))


@pytest.fixture
def gathering(db: None) -> Gathering:
    return cast.gathering()


@pytest.fixture
def seat(gathering: Gathering, kari: Learner) -> Registration:
    return registering.register(gathering, kari, kari, AT)


def said(verb: str) -> list[dict]:
    """The statements of a verb, voided ones too."""
    rows = Statement.objects.order_by("pk").values_list("payload", flat=True)
    return [one for one in map(json.loads, rows) if one["verb"]["id"] == verb]


def stands(learner: Learner, gathering: Gathering) -> bool:
    return achievements.standing(learner.pk, activities.gathering_iri(gathering.slug)) is not None


def test_being_there_is_a_statement_dated_on_the_day(seat: Registration, gathering: Gathering, tuva: Learner) -> None:
    attending.record(seat, gathering.sessions.get(), 360, "list", tuva, END + 3 * DAY)
    session, whole = said(vocabulary.ATTENDED)
    assert session["result"]["duration"] == "PT06H00M00S"
    assert session["context"]["instructor"]["account"]["name"] == str(tuva.opaque_id)
    assert whole["object"]["id"] == activities.gathering_iri("mi-dag")
    assert whole["result"]["completion"] is True
    row = Achievement.objects.get(known_to=None)
    assert row.completed_on == END.date()


@pytest.mark.parametrize(("minutes", "counts"), [(288, True), (287, False), (0, False), (999, True)])
def test_partly_there_counts_as_the_rule_says(
    seat: Registration, gathering: Gathering, tuva: Learner, minutes: int, counts: bool
) -> None:
    """80 % of six hours is 288 minutes."""
    attending.record(seat, gathering.sessions.get(), minutes, "list", tuva, END)
    assert stands(seat.learner, gathering) is counts


def test_the_rule_is_over_all_sessions_that_were_held(seat: Registration, gathering: Gathering, tuva: Learner) -> None:
    second = cast.session(gathering, START + DAY, 6)
    third = cast.session(gathering, START + 2 * DAY, 6, cancelled=True)
    attending.record(seat, gathering.sessions.first(), 360, "list", tuva, END)
    assert not stands(seat.learner, gathering), "one of two days is not 80 %"
    attending.record(seat, second, 300, "list", tuva, END + DAY)
    assert stands(seat.learner, gathering), f"660 of 720 minutes; {third} was not held"


def test_a_correction_leaves_a_trace_and_voids_what_was_said(
    seat: Registration, gathering: Gathering, tuva: Learner
) -> None:
    session = gathering.sessions.get()
    attending.record(seat, session, 360, "list", tuva, END)
    attending.record(seat, session, 0, "list", tuva, END + HOUR)
    assert not stands(seat.learner, gathering)
    old, new = Attendance.objects.order_by("pk")
    assert (old.minutes, old.known_to, new.minutes, new.statement_id) == (360, END + HOUR, 0, None)
    voided = {one["object"]["id"] for one in said(vocabulary.VOIDED)}
    assert voided == {one["id"] for one in said(vocabulary.ATTENDED)}
    attending.record(seat, session, 360, "list", tuva, END + 2 * HOUR)
    assert stands(seat.learner, gathering), "and corrected once more"


def test_the_same_said_twice_changes_nothing(seat: Registration, gathering: Gathering, tuva: Learner) -> None:
    session = gathering.sessions.get()
    assert attending.record(seat, session, 360, "list", tuva, END)
    assert not attending.record(seat, session, 360, "list", tuva, END + HOUR)
    assert Statement.objects.count() == 2


def test_achievements_are_rebuilt_from_the_statements_row_for_row(
    seat: Registration, gathering: Gathering, tuva: Learner
) -> None:
    session = gathering.sessions.get()
    for n, minutes in enumerate((360, 10, 360, 300)):
        attending.record(seat, session, minutes, "list", tuva, END + n * HOUR)
    assert achievements.differences() == []
    before = list(Achievement.objects.order_by("known_from").values_list("statement_id", "known_to"))
    Achievement.objects.all().delete()
    follow(END)
    achievements.rebuild()
    assert list(Achievement.objects.order_by("known_from").values_list("statement_id", "known_to")) == before


# --- The code ---------------------------------------------------------------------------------------------------------
def test_a_code_is_good_for_five_to_ten_minutes_and_only_around_the_session(gathering: Gathering) -> None:
    session, at = gathering.sessions.get(), START + dt.timedelta(minutes=1)
    code = codes.code(session, at)
    assert codes.fits(session, f" {code.lower()[:3]} {code[3:]} ", at)
    assert codes.fits(session, code, at + codes.EVERY)
    assert not codes.fits(session, code, at + 2 * codes.EVERY)
    early = START - HOUR
    assert not codes.fits(session, codes.code(session, early), early)


@pytest.mark.parametrize(("after", "minutes"), [(-20, 360), (10, 360), (60, 300)])
def test_who_gives_the_code_late_was_there_from_then_on(
    seat: Registration, gathering: Gathering, after: int, minutes: int
) -> None:
    at = START + dt.timedelta(minutes=after)
    row = attending.record_by_code(gathering, gathering.sessions.get(), seat.learner, at)
    assert row.minutes == minutes
    assert "instructor" not in said(vocabulary.ATTENDED)[0]["context"]


def test_the_code_does_not_overrule_what_the_teacher_said(
    seat: Registration, gathering: Gathering, tuva: Learner
) -> None:
    attending.record(seat, gathering.sessions.get(), 60, "list", tuva, START)
    assert attending.record_by_code(gathering, gathering.sessions.get(), seat.learner, START).minutes == 60


# --- Blended courses --------------------------------------------------------------------------------------------------
@pytest.fixture
def blended(course: object, gathering: Gathering) -> Gathering:
    course.gathering_from = dt.date(2026, 2, 1)  # type: ignore[attr-defined]
    course.save()  # type: ignore[attr-defined]
    gathering.course = course  # type: ignore[assignment]
    gathering.save()
    return gathering


def elearn(learner: Learner, lessons: list[LessonPage], quiz: QuizPage, at: dt.datetime) -> bool:
    for lesson in lessons:
        play.finish_lesson(learner, lesson, at)
    responses = {
        key: play.questions.parse(question, _lists(form(question, prefix="")))
        for key, question in quiz.questions().items()
    }
    assert quiz_form(quiz)
    return play.hand_in(learner, quiz, responses, 1, at)


def _lists(fields: dict) -> dict[str, list[str]]:
    return {name: value if isinstance(value, list) else [value] for name, value in fields.items()}


def done(learner: Learner) -> list[dt.date]:
    return list(Completion.objects.filter(learner=learner, known_to=None).values_list("completed_on", flat=True))


def test_the_course_is_complete_when_elearning_and_gathering_are(
    blended: Gathering, kari: Learner, tuva: Learner, lessons: list[LessonPage], quiz: QuizPage
) -> None:
    assert registering.refusal(blended, kari, AT) == "elearning_first"
    assert not elearn(kari, lessons, quiz, AT)
    assert done(kari) == []
    assert PlayerPort().elearning_done([kari.pk], blended.course) == {kari.pk}  # type: ignore[arg-type]
    seat = registering.register(blended, kari, kari, AT)
    attending.record(seat, blended.sessions.get(), 360, "list", tuva, END + 3 * DAY)
    assert done(kari) == [END.date()], "on the day of the gathering, not of the list"
    assert projection.differences() + achievements.differences() == []
    course = blended.course
    assert course
    elearning = Achievement.objects.get(activity=activities.elearning_iri(course.code))
    assert elearning.version == course.versions.get()


def test_the_barometer_follows_each_half_at_once(
    blended: Gathering, kari: Learner, tuva: Learner, lessons: list[LessonPage], quiz: QuizPage,
    django_capture_on_commit_callbacks: Any,
) -> None:  # fmt: skip
    with mock.patch.object(refreshing, "refresh_after_completion") as follows:
        with django_capture_on_commit_callbacks(execute=True):
            elearn(kari, lessons, quiz, AT)
        assert follows.call_args.args[:2] == (kari.pk, blended.course_id)
        follows.reset_mock()
        seat = registering.register(blended, kari, kari, AT)
        with django_capture_on_commit_callbacks(execute=True):
            attending.record(seat, blended.sessions.get(), 360, "list", tuva, END)
        assert (kari.pk, blended.course_id, END.date()) in [call.args[:3] for call in follows.call_args_list]


def test_the_other_way_round_the_elearning_completes_it(
    blended: Gathering, kari: Learner, tuva: Learner, lessons: list[LessonPage], quiz: QuizPage
) -> None:
    seat = registering.place(blended, kari, tuva, AT)
    attending.record(seat, blended.sessions.get(), 360, "list", tuva, END)
    assert done(kari) == []
    assert elearn(kari, lessons, quiz, END + 5 * DAY)
    assert done(kari) == [(END + 5 * DAY).date()]


def test_it_is_dated_on_the_later_of_the_two_though_the_list_comes_in_last(
    blended: Gathering, kari: Learner, tuva: Learner, lessons: list[LessonPage], quiz: QuizPage
) -> None:
    seat = registering.place(blended, kari, tuva, AT)
    elearn(kari, lessons, quiz, END + 2 * DAY)
    attending.record(seat, blended.sessions.get(), 360, "list", tuva, END + 5 * DAY)
    assert done(kari) == [(END + 2 * DAY).date()]


def test_a_corrected_attendance_takes_the_completion_that_rested_on_it_and_gives_it_back(
    blended: Gathering, kari: Learner, tuva: Learner, lessons: list[LessonPage], quiz: QuizPage
) -> None:
    elearn(kari, lessons, quiz, AT)
    seat, session = registering.register(blended, kari, kari, AT), blended.sessions.get()
    attending.record(seat, session, 360, "list", tuva, END)
    attending.record(seat, session, 0, "list", tuva, END + HOUR)
    assert done(kari) == []
    attending.record(seat, session, 360, "list", tuva, END + 2 * HOUR)
    assert done(kari) == [END.date()]
    assert projection.differences() == []


def test_elearning_can_come_to_suffice_and_nobody_loses_anything(
    blended: Gathering, kari: Learner, ola: Learner, tuva: Learner, lessons: list[LessonPage], quiz: QuizPage
) -> None:
    elearn(kari, lessons, quiz, AT)
    elearn(ola, lessons, quiz, AT)
    seat = registering.register(blended, kari, kari, AT)
    attending.record(seat, blended.sessions.get(), 360, "list", tuva, END)
    later = END + 40 * DAY
    assert completing.complete_missing(later) == 0
    course = blended.course
    assert course
    course.gathering_until = later.date()
    course.save()
    assert completing.complete_missing(later) == 1
    assert completing.complete_missing(later) == 0
    assert (done(kari), done(ola)) == ([END.date()], [later.date()])
    assert stands(kari, blended), "who was there was there"


def test_a_gathering_completes_the_version_whose_elearning_is_done_not_one_begun_since(
    blended: Gathering, kari: Learner, tuva: Learner, lessons: list[LessonPage], quiz: QuizPage
) -> None:
    elearn(kari, lessons, quiz, AT)
    course = blended.course
    assert course
    first, second = course.versions.get(), course.versions.create(number=2, published_on=(AT + DAY).date())
    Attempt.objects.create(learner=kari, version=second, number=1, begun_at=AT + 2 * DAY)
    seat = registering.register(blended, kari, kari, AT + 2 * DAY)
    attending.record(seat, blended.sessions.get(), 360, "list", tuva, END)
    assert Completion.objects.get(learner=kari, known_to=None).version == first
    course.gathering_until = (END + DAY).date()
    course.save()
    assert completing.complete_missing(END + 2 * DAY) == 0, "the second version's e-learning is not done"
    assert projection.differences() == []


def test_a_course_without_a_gathering_is_completed_by_its_elearning(
    kari: Learner, lessons: list[LessonPage], quiz: QuizPage
) -> None:
    assert elearn(kari, lessons, quiz, AT)
    assert done(kari) == [AT.date()]


def test_what_an_achievement_rests_on_is_not_pruned(seat: Registration, gathering: Gathering, tuva: Learner) -> None:
    from tracking.completions import keeping

    session = gathering.sessions.get()
    for n, minutes in enumerate((360, 0, 360)):
        attending.record(seat, session, minutes, "list", tuva, END + n * HOUR)
    before = list(Achievement.objects.order_by("known_from").values_list("statement_id", "known_to"))
    keeping.prune_old(END + 4000 * DAY)
    assert not [one for one in said(vocabulary.ATTENDED) if "/session/" in one["object"]["id"]], "the details went"
    achievements.rebuild()
    assert list(Achievement.objects.order_by("known_from").values_list("statement_id", "known_to")) == before
