"""Publishing a part of a course that people are in: a correction changes nothing for anybody; a new requirement keeps
what was, and asks again."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page
from wagtail.test.utils.form_data import nested_form_data, rich_text

from courses.audience import Asked
from courses.deciding import decide_audience, decide_versions
from courses.models import (
    AcceptedVersion,
    Audience,
    Campaign,
    CampaignCourse,
    Course,
    CoursePage,
    FrozenPage,
    LessonPage,
    QuizPage,
)
from learners.models import Learner
from tests.admin.conftest import as_pia, pia, service  # noqa: F401 - fixtures
from tests.player.conftest import course, course_page, form, lessons, loaded, quiz, quiz_form  # noqa: F401 - fixtures
from tracking.barometer.figures import figure
from tracking.completions.models import Completion
from tracking.player import attempts, play
from tracking.player.models import Attempt

NEW = "Tekst som er ny."
OLD = "Mer tekst."


@pytest.fixture
def campaign(service: SimpleNamespace, course: Course, pia: Learner) -> Campaign:  # noqa: F811
    at, start = timezone.now(), timezone.localdate() - dt.timedelta(days=30)
    dates = {"start": start, "deadline": start + dt.timedelta(days=200)}
    made = Campaign.objects.create(slug="mi-2026", title="MI 2026", **dates)
    CampaignCourse.objects.create(campaign=made, course=course)
    decide_audience(made, Asked(positions=("VERKSBETJENT",)), pia, at)
    decide_versions(made, [course], at)
    return made


def complete(learner: Learner, lessons: list[LessonPage], quiz: QuizPage) -> None:  # noqa: F811
    at = timezone.now()
    for lesson in lessons:
        play.finish_lesson(learner, lesson, at)
    attempt = attempts.begin(learner, lesson.course_page.course, at)
    asked = attempts.asked(attempt, quiz, 1)
    play.hand_in(learner, quiz, {key: q.correct_response for key, q in asked.items()}, 1, at)


def edit(page: LessonPage) -> LessonPage:
    """A draft in which the text of the second lesson is another."""
    fresh = LessonPage.objects.get(pk=page.pk)
    fresh.body[0] = ("text", f"<p>{NEW}</p>")
    fresh.save_revision()
    return fresh


def publish(client: Client, page: Page, **choice: object) -> str:
    return client.post(reverse("publish-part", args=[page.pk]), choice, follow=True).content.decode()


@pytest.fixture
def staff(service: SimpleNamespace, campaign: Campaign, lessons: list[LessonPage], quiz: QuizPage) -> SimpleNamespace:  # noqa: F811
    """Ola has completed the course, Ada is in it."""
    complete(service.Ola, lessons, quiz)
    play.finish_lesson(service.Ada, lessons[0], timezone.now())
    return service


def reads(learner: Learner, page: LessonPage) -> str:
    client = Client()
    client.force_login(learner)
    return client.get(page.url).content.decode()


def test_publishing_in_the_editor_leads_to_the_choice_and_publishes_nothing_yet(
    as_pia: Client, staff: SimpleNamespace, lessons: list[LessonPage]  # noqa: F811
) -> None:  # fmt: skip
    from courses.admin.publishing import ask_before_publishing

    edit(lessons[1])
    asked = as_pia.get(reverse("publish-part", args=[lessons[1].pk])).content.decode()
    assert "1 person er i kurset" in asked
    assert "1 har fullført det" in asked
    assert "MI 2026: – → –" in asked  # three persons: the figure is hidden from everybody
    assert ask_before_publishing(None, lessons[1]).status_code == 302  # type: ignore[arg-type,union-attr]
    assert OLD in reads(staff.Ola, lessons[1])


def test_the_publish_button_stores_the_draft_and_leads_to_the_choice(
    as_pia: Client, staff: SimpleNamespace, course_page: CoursePage  # noqa: F811
) -> None:  # fmt: skip
    fields = {"title": course_page.title, "slug": course_page.slug, "summary": "Ny ingress.", "outcomes": "prøve"}
    more = {"course": str(course_page.course_id), "intro": rich_text("<p>Kort.</p>"), "sources": ""}
    sent = {"comments-TOTAL_FORMS": "0", "comments-INITIAL_FORMS": "0", "action-publish": "1"}
    answer = as_pia.post(f"/admin/pages/{course_page.pk}/edit/", nested_form_data(fields | more | sent))
    assert (answer.status_code, answer.headers["Location"]) == (302, reverse("publish-part", args=[course_page.pk]))
    assert CoursePage.objects.get(pk=course_page.pk).summary == "Et lite kurs."
    publish(as_pia, course_page, kind="correction")
    assert CoursePage.objects.get(pk=course_page.pk).summary == "Ny ingress."


def test_a_course_that_nobody_is_in_is_published_without_a_question(course_page: CoursePage) -> None:  # noqa: F811
    from courses.admin.publishing import ask_before_publishing

    assert ask_before_publishing(None, course_page) is None  # type: ignore[arg-type]


def test_a_correction_is_read_by_all_and_changes_no_completion(
    as_pia: Client, staff: SimpleNamespace, campaign: Campaign, lessons: list[LessonPage]  # noqa: F811
) -> None:  # fmt: skip
    before = figure(campaign, None, None, "now", None, timezone.now())
    edit(lessons[1])
    assert "publisert som rettelse" in publish(as_pia, lessons[1], kind="correction")
    assert NEW in reads(staff.Ola, lessons[1])
    assert NEW in reads(staff.Ada, lessons[1])
    after = figure(campaign, None, None, "now", None, timezone.now())
    assert (before.own, before.trend) == (after.own, after.trend)
    assert staff.Ola.attempts.get().version.number == 1
    assert Campaign.objects.count() == 1


def new_requirement(client: Client, page: LessonPage, **more: object) -> str:
    edit(page)
    deadline = timezone.localdate() + dt.timedelta(days=100)
    shown = publish(client, page, kind="requirement", deadline=deadline.strftime("%d.%m.%Y"), note="Ny lov.", **more)
    assert "Publisert som versjon 2" in shown
    return shown


def test_a_new_requirement_keeps_the_old_text_for_those_who_are_in_the_course(
    as_pia: Client, staff: SimpleNamespace, lessons: list[LessonPage], quiz: QuizPage, course: Course  # noqa: F811
) -> None:  # fmt: skip
    new_requirement(as_pia, lessons[1])
    assert OLD in reads(staff.Ada, lessons[1])
    assert NEW not in reads(staff.Ada, lessons[1])
    assert NEW in reads(staff.Berit, lessons[1])
    assert Attempt.objects.get(learner=staff.Ada).version.number == 1
    assert Attempt.objects.get(learner=staff.Berit).version.number == 2
    complete(staff.Ada, lessons, quiz)
    assert Completion.objects.get(learner=staff.Ada).version.number == 1


def test_a_new_requirement_has_a_campaign_of_its_own_that_starts_at_nothing(
    as_pia: Client, staff: SimpleNamespace, campaign: Campaign, course: Course, lessons: list[LessonPage]  # noqa: F811
) -> None:  # fmt: skip
    new_requirement(as_pia, lessons[1])
    successor = campaign.successors.get()
    assert (successor.slug, successor.start) == ("mi-2026-2", timezone.localdate())
    asked = AcceptedVersion.objects.known().filter(campaign=successor)
    assert list(asked.values_list("version__number", flat=True)) == [2]
    before = AcceptedVersion.objects.known().filter(campaign=campaign)
    assert list(before.values_list("version__number", flat=True)) == [1]
    positions = Audience.objects.known().get(campaign=successor).positions
    assert positions == ["VERKSBETJENT"]
    assert Completion.objects.filter(learner=staff.Ola, version__number=1).count() == 1


def test_those_who_had_completed_are_asked_again_and_take_the_new_version(
    as_pia: Client, staff: SimpleNamespace, lessons: list[LessonPage], quiz: QuizPage, course_page: CoursePage  # noqa: F811
) -> None:  # fmt: skip
    new_requirement(as_pia, lessons[1])
    client = Client()
    client.force_login(staff.Ola)
    assert "Ta kurset på nytt" in client.get(course_page.url).content.decode()
    client.post(reverse("begin", args=[course_page.pk]))
    mine = Attempt.objects.filter(learner=staff.Ola).order_by("pk")
    assert [(one.version.number, one.number) for one in mine] == [(1, 1), (2, 1)]
    assert NEW in reads(staff.Ola, lessons[1])
    complete(staff.Ola, lessons, quiz)
    assert sorted(Completion.objects.filter(learner=staff.Ola).values_list("version__number", flat=True)) == [1, 2]
    assert "Du har fullført kurset" in client.get(course_page.url).content.decode()


def test_a_safe_change_takes_those_who_are_in_the_course_along(
    as_pia: Client, staff: SimpleNamespace, lessons: list[LessonPage], quiz: QuizPage  # noqa: F811
) -> None:  # fmt: skip
    new_requirement(as_pia, lessons[1], safe="on")
    assert NEW in reads(staff.Ada, lessons[1])
    complete(staff.Ada, lessons, quiz)
    assert Completion.objects.get(learner=staff.Ada).version.number == 2
    assert Attempt.objects.get(learner=staff.Ola).version.number == 1


@pytest.mark.parametrize(
    ("choice", "said"),
    [
        ({"kind": "requirement", "note": "Ny lov.", "deadline": ""}, "Fristen må være etter i dag."),
        ({"kind": "requirement", "note": "Ny lov.", "deadline": "01.01.2020"}, "Fristen må være etter i dag."),
        ({"kind": "requirement", "note": "", "deadline": "01.01.2099"}, "Si i en setning hva som er endret"),
        ({"kind": "annet"}, "Velg et gyldig valg"),
    ],
)
def test_a_choice_that_is_not_whole_publishes_nothing(
    as_pia: Client, staff: SimpleNamespace, lessons: list[LessonPage], choice: dict[str, str], said: str  # noqa: F811
) -> None:  # fmt: skip
    edit(lessons[1])
    assert said in publish(as_pia, lessons[1], **choice)
    assert OLD in reads(staff.Ola, lessons[1])
    assert not FrozenPage.objects.exists()


def test_two_new_requirements_on_one_day_are_refused_in_words(
    as_pia: Client, staff: SimpleNamespace, lessons: list[LessonPage], course: Course  # noqa: F811
) -> None:  # fmt: skip
    new_requirement(as_pia, lessons[1])
    later = (timezone.localdate() + dt.timedelta(days=90)).strftime("%d.%m.%Y")
    assert "Den neste kan begynne i morgen" in publish(
        as_pia, lessons[1], kind="requirement", note="Igjen.", deadline=later
    )
    assert course.versions.count() == 2


def test_one_who_may_not_publish_does_not_choose_either(
    client: Client, staff: SimpleNamespace, lessons: list[LessonPage]  # noqa: F811
) -> None:  # fmt: skip
    client.force_login(staff.Finn)
    answer = client.post(reverse("publish-part", args=[lessons[1].pk]), {"kind": "correction"})
    assert answer.status_code == 302
    assert answer.url.startswith("/admin/login/")  # type: ignore[attr-defined]
    assert not FrozenPage.objects.exists()


def test_a_draft_in_another_language_in_which_something_must_be_mended_is_named_and_not_offered(
    as_pia: Client, staff: SimpleNamespace, lessons: list[LessonPage]  # noqa: F811
) -> None:  # fmt: skip
    edit(lessons[1])
    other = LessonPage.objects.get(translation_key=lessons[1].translation_key, locale__language_code="nn")
    edit(other)
    offered, unready = 'name="together"', reverse("look-over", args=[other.pk])
    asked = as_pia.get(reverse("publish-part", args=[lessons[1].pk])).content.decode()
    assert (offered in asked, unready in asked) == (True, False)
    other.body[0] = ("text", '<p><a href="https://example.com/">her</a></p>')
    other.save_revision()
    asked = as_pia.get(reverse("publish-part", args=[lessons[1].pk])).content.decode()
    assert (offered in asked, unready in asked) == (False, True)
