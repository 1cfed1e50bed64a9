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
from courses.models import Answered, EvaluationCount, EvaluationWords
from learners.erasing import erase
from learners.models import Learner
from tests import staff
from tests.gatherings import cast
from tracking.player import attending
from tracking.player.models import Attempt

pytestmark = pytest.mark.django_db
GOOD = {f"q{n}": "4" for n in range(1, 6)}


@pytest.fixture
def day(db: None) -> SimpleNamespace:
    """Twelve were at a gathering, one registered and did not come; Tuva teaches it."""
    gathering = cast.gathering(starts=timezone.now() + dt.timedelta(days=1))
    tuva, people = cast.teacher(gathering), cast.people(13)
    for number, one in enumerate(people):
        seat = registering.register(gathering, one, one, timezone.now())
        minutes = 360 if number < 12 else 0
        attending.record(seat, gathering.sessions.get(), minutes, "list", tuva, timezone.now() + dt.timedelta(days=2))
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
