"""Asking what people think: who is asked, that no answer belongs to anybody, and what its readers can tell from it."""

from __future__ import annotations

import datetime as dt
import itertools
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.test import Client
from django.utils import timezone

from courses import evaluating
from courses.exceptions import AlreadyAnswered
from courses.gatherings import registering
from courses.models import Answered, Course, Evaluation, EvaluationCount, EvaluationWords, Gathering
from learners.erasing import erase
from learners.models import Learner
from tests import staff
from tests.gatherings import cast
from tracking.player import attending
from tracking.player.models import Attempt

pytestmark = pytest.mark.django_db
GOOD = {f"q{n}": "4" for n in range(1, 6)}


def held(gathering: Gathering, days_ago: int) -> None:
    """The gathering's session was so many days ago."""
    starts = timezone.now() - dt.timedelta(days=days_ago)
    gathering.sessions.update(starts=starts, ends=starts + cast.HOUR)


@pytest.fixture
def day(db: None) -> SimpleNamespace:
    """Twelve were at a gathering, one registered and did not come; Tuva teaches it."""
    gathering = cast.gathering(starts=timezone.now() + dt.timedelta(days=1))
    tuva, people = cast.teacher(gathering), cast.people(13)
    for number, one in enumerate(people):
        seat = registering.register(gathering, one, one, timezone.now())
        minutes = 360 if number < 12 else 0
        attending.record(seat, gathering.sessions.get(), minutes, "list", tuva, timezone.now() + dt.timedelta(days=2))
    held(gathering, 1)
    return SimpleNamespace(gathering=gathering, tuva=tuva, people=people, address="/evaluering/samling/mi-dag/")


def client_of(learner: Learner) -> Client:
    client = Client()
    client.force_login(learner)
    return client


def test_those_who_were_there_are_asked_and_others_are_not(day: SimpleNamespace) -> None:
    first, away = client_of(day.people[0]), client_of(day.people[12])
    assert day.address in first.get("/min-laering/").content.decode()
    assert day.address in first.get("/samlinger/mi-dag/").content.decode()
    assert day.address not in away.get("/min-laering/").content.decode()
    assert away.get(day.address).status_code == 403
    assert first.post(day.address, GOOD, follow=True).status_code == 200
    assert day.address not in first.get("/min-laering/").content.decode()
    assert "Du har svart." in first.get(day.address).content.decode()
    first.post(day.address, GOOD)
    with pytest.raises(AlreadyAnswered):
        evaluating.answer(day.gathering, day.people[0], [1] * 5, "")
    assert Answered.objects.count() == 1
    assert sum(row.waiting for row in EvaluationCount.objects.all()) == 5, "nobody answers twice"


def test_a_course_taken_here_is_asked_about_and_one_done_elsewhere_is_not(db: None) -> None:
    ola, mi, ped = staff.employ("Ola", staff.unit("HALDEN")), staff.course("MI"), staff.course("PED")
    for course in (mi, ped):
        staff.complete(ola, course, timezone.localdate())
    Attempt.objects.create(learner=ola, version=mi.versions.get(), number=1, begun_at=timezone.now())
    page = client_of(ola).get("/min-laering/").content.decode()
    assert "/evaluering/kurs/MI/" in page
    assert "/evaluering/kurs/PED/" not in page
    assert client_of(ola).get("/evaluering/kurs/PED/").status_code == 403
    assert client_of(ola).get("/evaluering/kurs/finnes-ikke/").status_code == 404


def test_an_answer_that_is_not_whole_is_said_and_what_was_written_is_kept(day: SimpleNamespace) -> None:
    client = client_of(day.people[0])
    for wrong in ({"q1": "4", "text": "Mine ord"}, GOOD | {"q5": "6", "text": "Mine ord"}):
        answer = client.post(day.address, wrong)
        assert answer.status_code == 400
        assert "Mine ord" in answer.content.decode()
    assert client.post(day.address, GOOD | {"text": "å" * 2001}).status_code == 400
    assert not Answered.objects.exists()


def test_no_row_holds_a_person_and_an_answer(day: SimpleNamespace) -> None:
    """Whatever hangs on a person says nothing but that an evaluation was answered; no row has a moment."""
    kinds = {field.name for field in Answered._meta.concrete_fields}
    assert kinds == {"key", "evaluation", "learner"}
    for model in (EvaluationCount, EvaluationWords):
        links = {field.related_model for field in model._meta.concrete_fields if field.is_relation}
        assert links == {apps.get_model("courses", "Evaluation")}
        assert not any("Date" in type(field).__name__ for field in model._meta.concrete_fields)
    evaluating.answer(day.gathering, day.people[0], [1, 2, 3, 4, 5], "Hemmelig")
    stored = client_of(day.people[0]).get("/personvern/mine-data.json").content.decode()
    assert "Hemmelig" not in stored, "we do not know whose it is"
    erase(day.people[0], timezone.now(), None)
    assert not Answered.objects.exists()
    assert EvaluationWords.objects.get().text == "Hemmelig"


def test_results_change_by_five_people_together_never_by_one(day: SimpleNamespace) -> None:
    """What a reader sees before and after each answer: the steps, with the answers as the unknowns."""
    seen = []
    for number, one in enumerate(day.people[:12]):
        evaluating.answer(day.gathering, one, [1 + number % 5] * 5, f"Ord {number:02d}")
        seen.append(evaluating.results(day.gathering))
    answers = [found.answers for found in seen]
    assert answers == [0, 0, 0, 0, 5, 5, 5, 5, 5, 10, 10, 10]
    steps = {after - before for before, after in itertools.pairwise([0, *answers])}
    assert steps == {0, evaluating.FEW}
    for before, after in itertools.pairwise(seen):
        assert (before == after) == (before.answers == after.answers), "nothing moves between two rounds"
    last = seen[-1].lines[0]
    assert last.counts == (2, 2, 2, 2, 2)
    assert (last.mean, last.agree) == (3.0, 0.4)
    assert seen[-1].words == tuple(f"Ord {n:02d}" for n in range(10))


def test_few_words_are_not_shown(day: SimpleNamespace) -> None:
    for number, one in enumerate(day.people[:5]):
        evaluating.answer(day.gathering, one, [4] * 5, "Bare jeg" if number == 2 else "")
    found = evaluating.results(day.gathering)
    assert (found.answers, found.words, found.few_words) == (5, (), True)


def test_those_who_teach_the_gathering_read_its_results_and_nobody_else(day: SimpleNamespace) -> None:
    address = "/samlinger/mi-dag/evaluering/"
    for one in day.people[:5]:
        evaluating.answer(day.gathering, one, [5, 5, 5, 4, 1], "")
    page = client_of(day.tuva).get(address).content.decode()
    assert "5 har sagt hva de mener" in page
    assert "80\N{NO-BREAK SPACE}%" not in page
    assert "100\N{NO-BREAK SPACE}%" in page
    assert not any(str(one) in page for one in day.people)
    assert client_of(day.people[0]).get(address).status_code == 403


# --- When, and what becomes of answers that are too few ---------------------------------------------------------------
@pytest.mark.parametrize(("days_ago", "is_open"), [(-2, False), (0, True), (59, True), (61, False)])
def test_a_gathering_asks_from_its_last_day_and_for_sixty_days(
    day: SimpleNamespace, days_ago: int, is_open: bool
) -> None:
    held(day.gathering, days_ago)
    client = client_of(day.people[0])
    assert (day.address in client.get("/min-laering/").content.decode()) == is_open
    assert (day.address in client.get("/samlinger/mi-dag/").content.decode()) == is_open
    page = client.get(day.address).content.decode()
    assert ('name="q1"' in page) == is_open
    assert ("i 60 dager etter den" in page) == (not is_open)
    client.post(day.address, GOOD)
    assert Answered.objects.exists() == is_open


def left_over(slug: str, of: Course | None, people: list[Learner], number: int) -> Gathering:
    """A gathering of the course, 61 days ago, that `number` of `people` have evaluated, the last of them in words."""
    gathering = cast.gathering(slug, course=of)
    held(gathering, 61)
    for one in people[:number]:
        evaluating.answer(gathering, one, [2] * 5, f"Fra {slug}" if one == people[number - 1] else "")
    return gathering


def test_what_is_left_over_from_a_course_s_gatherings_is_shown_together_once_it_is_five() -> None:
    course, people, now = staff.course("MI"), cast.people(8), timezone.now()
    first, second = left_over("en", course, people, 3), left_over("to", course, people[3:], 1)
    late = left_over("sen", course, people, 2)
    held(late, 59)
    alone = left_over("uten-kurs", None, people, 4)
    assert evaluating.carry_over(now) == 2
    assert evaluating.carry_over(now) == 0
    assert evaluating.results_together(course).answers == 0, "four are too few"
    third = left_over("tre", course, people[4:], 3)
    assert evaluating.carry_over(now) == 1
    together = evaluating.results_together(course)
    assert together.answers == 7
    assert together.lines[0].counts == (0, 7, 0, 0, 0)
    assert (together.words, together.few_words) == ((), True)
    for one in (first, second, third, late, alone):
        assert evaluating.results(one).answers == 0
    assert evaluating.results(course).answers == 0, "the course's own evaluation is another one"
    assert {row.waiting for row in Evaluation.objects.filter(gathering__in=[first, second, third])} == {0}
    assert [Evaluation.objects.get(gathering=one).waiting for one in (late, alone)] == [2, 4]
    assert Answered.objects.count() == 3 + 1 + 2 + 4 + 3, "nobody answers anew"
    assert not EvaluationWords.objects.filter(evaluation__gathering__in=[first, second, third]).exists()


def test_what_a_full_round_has_shown_stays_with_its_gathering(day: SimpleNamespace) -> None:
    """Moved, not added to both: no difference of two results is about fewer than five."""
    Gathering.objects.filter(pk=day.gathering.pk).update(course=staff.course("MI"))
    for one in day.people[:8]:
        evaluating.answer(day.gathering, one, [5] * 5, "")
    held(day.gathering, 61)
    assert evaluating.carry_over(timezone.now()) == 1
    day.gathering.refresh_from_db()
    assert evaluating.results(day.gathering).answers == 5
    rest = left_over("til", day.gathering.course, day.people[8:], 2)
    evaluating.carry_over(timezone.now())
    assert evaluating.results_together(day.gathering.course).answers == 5
    page = client_of(day.tuva).get("/samlinger/mi-dag/evaluering/").content.decode()
    assert "5 svar som var til overs" in page
    assert evaluating.results(rest).answers == 0
