"""From the first lesson to the receipt: completed by a statement, once, and rebuilt from the statements alone."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from courses.models import Course, CoursePage, LessonPage, QuizPage
from learners.models import Learner
from tracking import vocabulary as v
from tracking.completions import projection
from tracking.completions.models import Completion
from tracking.player import attempts, tokens
from tracking.player.models import Attempt, QuizTry, Visit

from .conftest import quiz_form
from .test_answers import statements


def finish(client: Client, who: Learner, page: LessonPage) -> Any:
    return client.post(f"/laer/{page.pk}/ferdig/", {"who": tokens.make(who, page.key)})


def hand_in(client: Client, who: Learner, quiz: QuizPage, number: int = 1, wrong: int = 0, **changes: Any) -> Any:
    data = {"who": tokens.make(who, quiz.key), "number": number} | quiz_form(quiz, wrong) | changes
    return client.post(f"/laer/{quiz.pk}/prove/", data)


def take(client: Client, who: Learner, lessons: list[LessonPage], quiz: QuizPage) -> Any:
    for lesson in lessons:
        finish(client, who, lesson)
    return hand_in(client, who, quiz)


def test_the_whole_course_is_completed_and_gives_a_receipt(
    kari: Learner, kari_client: Client, lessons: list[LessonPage], quiz: QuizPage, course_page: CoursePage
) -> None:
    response = take(kari_client, kari, lessons, quiz)
    assert response["Location"] == f"/laer/{course_page.pk}/kvittering/"
    receipt = kari_client.get(response["Location"])
    assert receipt.status_code == 200
    assert Completion.objects.get().learner == kari
    told = {
        name: len(statements(getattr(v, name)))
        for name in ("LAUNCHED", "INITIALIZED", "EXPERIENCED", "PASSED", "COMPLETED")
    }
    assert told == {"LAUNCHED": 1, "INITIALIZED": 1, "EXPERIENCED": 2, "PASSED": 1, "COMPLETED": 1}
    assert len(statements(v.ANSWERED)) == 4


def test_no_receipt_before_the_course_is_completed(kari_client: Client, course_page: CoursePage) -> None:
    assert kari_client.get(f"/laer/{course_page.pk}/kvittering/").status_code == 404


def test_a_passed_quiz_with_a_lesson_left_is_not_completed(
    kari: Learner, kari_client: Client, lessons: list[LessonPage], quiz: QuizPage
) -> None:
    finish(kari_client, kari, lessons[0])
    hand_in(kari_client, kari, quiz)
    assert not Completion.objects.exists()
    assert "kvittering" in finish(kari_client, kari, lessons[1])["Location"]
    assert Completion.objects.count() == 1


def test_a_failed_quiz_says_failed_and_may_be_tried_again(
    kari: Learner, kari_client: Client, lessons: list[LessonPage], quiz: QuizPage
) -> None:
    for lesson in lessons:
        finish(kari_client, kari, lesson)
    hand_in(kari_client, kari, quiz, wrong=2)
    assert len(statements(v.FAILED)) == 1
    assert not Completion.objects.exists()
    assert kari_client.get(quiz.url).context["state"].next_number == 2
    hand_in(kari_client, kari, quiz, number=2)
    assert Completion.objects.count() == 1
    assert [t.scaled for t in QuizTry.objects.order_by("number")] == [0.5, 1.0]


def test_three_of_four_right_is_the_pass_mark_of_75_percent(kari: Learner, kari_client: Client, quiz: QuizPage) -> None:
    hand_in(kari_client, kari, quiz, wrong=1)
    assert QuizTry.objects.get().passed


def test_a_quiz_handed_in_twice_counts_once(kari: Learner, kari_client: Client, quiz: QuizPage) -> None:
    hand_in(kari_client, kari, quiz, wrong=4)
    hand_in(kari_client, kari, quiz)
    assert not QuizTry.objects.get().passed
    assert len(statements(v.PASSED)) == 0


def test_an_unanswered_question_keeps_the_other_answers(kari: Learner, kari_client: Client, quiz: QuizPage) -> None:
    first = next(iter(quiz.questions()))
    empty: dict[str, Any] = {f"{first}:answer": ""}
    hand_in(kari_client, kari, quiz, **empty)
    assert not QuizTry.objects.exists()
    kept = kari_client.get(quiz.url).context["state"].kept
    assert set(kept) == set(quiz.questions()) - {first}


def test_a_session_that_expires_in_the_quiz_keeps_the_answers_for_their_giver(
    kari: Learner, ola: Learner, quiz: QuizPage
) -> None:
    response = hand_in(Client(), kari, quiz)
    assert "/konto/login/" in response["Location"]
    assert not QuizTry.objects.exists()
    other, again = Client(), Client()
    other.force_login(ola)
    again.force_login(kari)
    assert other.get(quiz.url).context["state"].kept is None
    assert set(again.get(quiz.url).context["state"].kept) == set(quiz.questions())


def test_attempts_of_a_day_are_limited_and_the_answers_kept(kari: Learner, kari_client: Client, quiz: QuizPage) -> None:
    quiz.max_attempts = 1
    quiz.save_revision().publish()
    hand_in(kari_client, kari, quiz, wrong=4)
    hand_in(kari_client, kari, quiz, number=2)
    assert QuizTry.objects.count() == 1
    assert kari_client.get(quiz.url).context["state"].left_today == 0


def test_completing_again_makes_no_second_completion(
    kari: Learner, kari_client: Client, lessons: list[LessonPage], quiz: QuizPage
) -> None:
    take(kari_client, kari, lessons, quiz)
    take(kari_client, kari, lessons, quiz)
    hand_in(kari_client, kari, quiz, number=2)
    assert Completion.objects.count() == 1
    assert len(statements(v.COMPLETED)) == 1


def test_the_same_course_in_another_language_is_the_same_course(
    kari: Learner, kari_client: Client, lessons: list[LessonPage], quiz: QuizPage, course: Course
) -> None:
    nynorsk = list(LessonPage.objects.filter(locale__language_code="nn").order_by("path"))
    finish(kari_client, kari, nynorsk[0])
    finish(kari_client, kari, lessons[1])
    hand_in(kari_client, kari, quiz)
    assert Completion.objects.count() == 1
    assert Attempt.objects.count() == 1


def test_completions_are_rebuilt_from_the_statements_alone(
    kari: Learner, kari_client: Client, lessons: list[LessonPage], quiz: QuizPage
) -> None:
    take(kari_client, kari, lessons, quiz)
    [before] = Completion.objects.values_list("learner", "version", "registration", "statement_id", "completed_on")
    assert projection.differences() == []
    Completion.objects.all().delete()
    assert len(projection.differences()) == 1
    projection.rebuild()
    [after] = Completion.objects.values_list("learner", "version", "registration", "statement_id", "completed_on")
    assert after == before


def test_a_changed_name_e_mail_or_number_loses_no_history(
    kari: Learner, kari_client: Client, lessons: list[LessonPage], quiz: QuizPage, course_page: CoursePage
) -> None:
    """The log knows a person by an id that nothing else is: nothing in it hangs on what may change."""
    finish(kari_client, kari, lessons[0])
    new = {"given_name": "Karoline", "family_name": "Ås", "email": "ny@fagbenk.example", "hr_number": "990099"}
    Learner.objects.filter(pk=kari.pk).update(**new)
    kari.refresh_from_db()
    for lesson in lessons[1:]:
        finish(kari_client, kari, lesson)
    hand_in(kari_client, kari, quiz)
    rebuilt = Completion.objects.values_list("learner", "registration", "statement_id", "completed_on")
    [before] = rebuilt.all()
    Learner.objects.filter(pk=kari.pk).update(email="enda-nyere@fagbenk.example", hr_number="990100")
    Completion.objects.all().delete()
    projection.rebuild()
    assert list(rebuilt.all()) == [before]
    assert before[0] == kari.pk
    assert "Karoline" in kari_client.get(f"/laer/{course_page.pk}/kvittering/").content.decode()


def test_deleting_the_pages_deletes_no_attempt_and_no_completion(
    kari: Learner, kari_client: Client, lessons: list[LessonPage], quiz: QuizPage, course: Course
) -> None:
    take(kari_client, kari, lessons, quiz)
    CoursePage.objects.filter(course=course).first().delete()
    assert Attempt.objects.count() == Completion.objects.count() == 1
    assert projection.differences() == []


def test_a_lesson_taken_away_by_the_editor_keeps_nobody_from_completing(
    kari: Learner, kari_client: Client, lessons: list[LessonPage], quiz: QuizPage
) -> None:
    finish(kari_client, kari, lessons[0])
    for page in LessonPage.objects.filter(translation_key=lessons[1].translation_key):
        page.unpublish()
    hand_in(kari_client, kari, quiz)
    assert Completion.objects.count() == 1


def test_a_lesson_added_later_is_not_asked_of_those_who_have_begun(
    kari: Learner, kari_client: Client, lessons: list[LessonPage], quiz: QuizPage, course_page: CoursePage
) -> None:
    finish(kari_client, kari, lessons[0])
    new = LessonPage(title="Ny", slug="ny", body=lessons[1].body)
    course_page.add_child(instance=new)
    finish(kari_client, kari, lessons[1])
    hand_in(kari_client, kari, quiz)
    assert Completion.objects.count() == 1


def test_progress_never_falls_and_is_full_only_when_completed(
    kari: Learner, kari_client: Client, lessons: list[LessonPage], quiz: QuizPage, course: Course
) -> None:
    from tracking.player.port import PlayerPort

    seen = []
    for step in (
        lambda: None,
        *[lambda page=p: finish(kari_client, kari, page) for p in lessons],
        lambda: hand_in(kari_client, kari, quiz),
    ):
        step()
        seen.append(PlayerPort().progress(kari, [course])[course.pk].percent)
    assert seen == sorted(seen)
    assert seen[-1] == 100
    assert max(seen[:-1]) < 100


@pytest.mark.django_db
def test_an_idle_visit_is_terminated_when_it_was_last_seen(
    kari: Learner, kari_client: Client, lessons: list[LessonPage]
) -> None:
    kari_client.get(lessons[0].url)
    visit = Visit.objects.get()
    assert attempts.close_idle(visit.seen_at + dt.timedelta(minutes=10)) == 0
    assert attempts.close_idle(visit.seen_at + dt.timedelta(minutes=31)) == 1
    [terminated] = statements(v.TERMINATED)
    assert dt.datetime.fromisoformat(terminated["timestamp"]) == visit.seen_at
