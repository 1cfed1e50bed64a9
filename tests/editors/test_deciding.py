"""No way to publish goes past the decision: an approval, the dozen, the clock; and what an editor may mend alone."""

from __future__ import annotations

import datetime as dt
import json
import re
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page, Revision

from config import readiness, tasks
from courses.models import Campaign, Course, FrozenPage, LessonPage, PlannedChange, QuizPage
from courses.publishing import approved_and_waiting, publish_due
from courses.small import typing_errors
from learners.models import Learner
from tests.admin.conftest import as_pia, edvard, pia, service  # noqa: F401 - fixtures
from tests.editors.test_publishing import NEW, OLD, campaign, edit, publish, reads, staff  # noqa: F401 - fixtures
from tests.player.conftest import course, course_page, form, lessons, loaded, quiz, quiz_form  # noqa: F401 - fixtures

OSLO = ZoneInfo("Europe/Oslo")


# --- Approval ---------------------------------------------------------------------------------------------------------
def approve(client: Client, page: Page) -> str:
    """As from the dashboard: the answer's address, or the page that it leads to."""
    state = page.current_workflow_state.current_task_state
    address = reverse("wagtailadmin_pages:workflow_action", args=[page.pk, "approve", state.pk])
    return client.post(address, {"comment": ""}, follow=True).content.decode()


def sent_in(page: LessonPage, by: Learner) -> LessonPage:
    changed = edit(page)
    changed.get_workflow().start(changed, by)
    return LessonPage.objects.get(pk=page.pk)


def test_an_approved_draft_of_a_course_that_people_are_in_waits_for_the_decision(
    as_pia: Client, edvard: Learner, staff: SimpleNamespace, lessons: list[LessonPage]  # noqa: F811
) -> None:  # fmt: skip
    page = sent_in(lessons[1], edvard)
    approve(as_pia, page)
    assert OLD in reads(staff.Ola, lessons[1])
    home = as_pia.get("/admin/").content.decode()
    assert reverse("publish-part", args=[page.pk]) in home
    publish(as_pia, page, kind="correction")
    assert NEW in reads(staff.Ola, lessons[1])
    assert reverse("publish-part", args=[page.pk]) not in as_pia.get("/admin/").content.decode()


def test_the_first_page_says_that_nothing_waits_only_where_nothing_is_sent_in(
    as_pia: Client, edvard: Learner, service: SimpleNamespace, lessons: list[LessonPage]  # noqa: F811
) -> None:  # fmt: skip
    nothing = "Ingenting venter på deg."
    assert nothing in as_pia.get("/admin/").content.decode()
    sent_in(lessons[1], edvard)
    home = as_pia.get("/admin/").content.decode()
    assert "awaiting-review" in home
    assert nothing not in home


def test_what_a_publisher_sends_back_waits_for_its_editor_with_the_comment(
    client: Client, pia: Learner, edvard: Learner, service: SimpleNamespace, lessons: list[LessonPage]  # noqa: F811
) -> None:  # fmt: skip
    page = sent_in(lessons[1], edvard)
    page.current_workflow_state.current_task_state.reject(user=pia, comment="Skriv «på gulvet» <b>.")
    client.force_login(edvard)
    home = client.get("/admin/").content.decode()
    assert "Ingenting venter på deg." not in home
    assert (
        f'{reverse("wagtailadmin_pages:edit", args=[page.pk])}">{page.title}</a>: <q>Skriv «på gulvet» &lt;b&gt;.</q>'
        in home
    )
    client.force_login(pia)
    assert "Ingenting venter på deg." in client.get("/admin/").content.decode()


def test_an_older_draft_that_nobody_wrote_here_is_the_system_s(
    as_pia: Client, service: SimpleNamespace, lessons: list[LessonPage]  # noqa: F811
) -> None:  # fmt: skip
    first = lessons[1].save_revision()
    edit(lessons[1])
    shown = as_pia.get(reverse("wagtailadmin_pages:revisions_revert", args=[lessons[1].pk, first.pk])).content.decode()
    assert "Du ser en tidligere versjon" in shown
    assert re.search(r"</span>\s*systemet\s", shown)
    assert "None" not in shown.partition("Du ser en tidligere versjon")[2][:900]


def test_who_changes_a_word_while_approving_is_led_to_the_choice_too(
    as_pia: Client, edvard: Learner, staff: SimpleNamespace, lessons: list[LessonPage]  # noqa: F811
) -> None:  # fmt: skip
    page = sent_in(lessons[1], edvard)
    state = page.current_workflow_state
    page.save_revision(user=None, changed=True)
    state.current_task_state.approve()
    assert list(approved_and_waiting()) == [page.page_ptr]
    edit(page)
    assert not approved_and_waiting()


def test_an_approved_draft_of_a_course_that_nobody_is_in_is_published(
    as_pia: Client, edvard: Learner, service: SimpleNamespace, lessons: list[LessonPage]  # noqa: F811
) -> None:  # fmt: skip
    approve(as_pia, sent_in(lessons[1], edvard))
    assert NEW in str(LessonPage.objects.get(pk=lessons[1].pk).body)


def test_the_dozen_publishes_nothing_where_people_are_in_the_course(
    as_pia: Client, staff: SimpleNamespace, lessons: list[LessonPage]  # noqa: F811
) -> None:  # fmt: skip
    edit(lessons[1])
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
    shown = as_pia.post(f"{address}?id={lessons[1].pk}&next=/admin/", {"include_descendants": ""}, follow=True)
    assert "Ingenting er publisert" in shown.content.decode()
    assert OLD in reads(staff.Ola, lessons[1])


# --- The clock --------------------------------------------------------------------------------------------------------
def planned(client: Client, page: LessonPage, at: dt.datetime, **choice: object) -> str:
    """A draft of `page` that goes live at `at`, decided as `choice`."""
    fresh = LessonPage.objects.get(pk=page.pk)
    fresh.body[0] = ("text", f"<p>{NEW}</p>")
    fresh.go_live_at = at
    fresh.save_revision()
    return publish(client, page, **choice)


def its_moment_comes() -> None:
    """What was planned was to go live a minute ago."""
    ago = timezone.now() - dt.timedelta(minutes=1)
    for revision in Revision.objects.exclude(approved_go_live_at=None):
        revision.content["go_live_at"], revision.approved_go_live_at = ago.isoformat(), ago
        revision.save()


def test_a_new_requirement_for_a_later_day_keeps_the_old_text_until_then(
    as_pia: Client, staff: SimpleNamespace, lessons: list[LessonPage], course: Course  # noqa: F811
) -> None:  # fmt: skip
    at = timezone.now() + dt.timedelta(days=10)
    deadline = timezone.localdate(at + dt.timedelta(days=90))
    said = planned(as_pia, lessons[1], at, kind="requirement", note="Ny lov.", deadline=deadline.strftime("%d.%m.%Y"))
    assert "slik du bestemte" in said
    assert publish_due(timezone.now()) == 0
    assert course.versions.count() == 1
    assert OLD in reads(staff.Berit, lessons[1])
    staff.Berit.attempts.all().delete()
    course.versions.update(published_on=timezone.localdate() - dt.timedelta(days=1))
    its_moment_comes()
    assert publish_due(timezone.now()) == 1
    assert course.versions.get(number=2).published_on == timezone.localdate()
    assert FrozenPage.objects.filter(version__number=1, key=lessons[1].key).exists()
    assert OLD in reads(staff.Ada, lessons[1])
    assert NEW in reads(staff.Berit, lessons[1])
    assert publish_due(timezone.now()) == 0


def test_a_deadline_before_the_day_it_is_published_is_refused(
    as_pia: Client, staff: SimpleNamespace, lessons: list[LessonPage]  # noqa: F811
) -> None:  # fmt: skip
    at = timezone.now() + dt.timedelta(days=10)
    early = timezone.localdate(at - dt.timedelta(days=1)).strftime("%d.%m.%Y")
    said = planned(as_pia, lessons[1], at, kind="requirement", note="Ny lov.", deadline=early)
    assert "Fristen må være etter dagen den publiseres" in said
    assert not PlannedChange.objects.exists()


def two_plans(client: Client, lessons: list[LessonPage], *notes: str) -> dt.datetime:  # noqa: F811
    """New requirements in two lessons for one day, the first with the later deadline; returns their moment."""
    at = timezone.now() + dt.timedelta(days=10)
    for page, note, days in zip(lessons, notes, (120, 90), strict=False):
        deadline = timezone.localdate(at + dt.timedelta(days=days)).strftime("%d.%m.%Y")
        planned(client, page, at, kind="requirement", note=note, deadline=deadline)
    return at


def test_two_new_requirements_planned_for_one_day_are_one_version(
    as_pia: Client, staff: SimpleNamespace, lessons: list[LessonPage], course: Course, campaign: Campaign  # noqa: F811
) -> None:  # fmt: skip
    at = two_plans(as_pia, lessons, "Ny lov.", "Nytt skjema.")
    asked = as_pia.get(reverse("publish-part", args=[lessons[1].pk])).content.decode()
    assert "de blir én versjon" in asked
    assert "«Første»" in asked
    its_moment_comes()
    assert publish_due(timezone.now()) == 2
    version = course.versions.get(number=2)
    assert version.note == "Ny lov. Nytt skjema."
    assert campaign.successors.get().deadline == timezone.localdate(at + dt.timedelta(days=120))
    assert [NEW in reads(staff.Berit, page) for page in lessons[:2]] == [True, True]
    assert NEW not in reads(staff.Ada, lessons[1])
    assert publish_due(timezone.now() + dt.timedelta(days=2)) == 0


def test_a_plan_for_later_on_the_day_belongs_to_the_version_that_the_first_one_begins(
    as_pia: Client, staff: SimpleNamespace, lessons: list[LessonPage], course: Course  # noqa: F811
) -> None:  # fmt: skip
    two_plans(as_pia, lessons, "Ny lov.", "Nytt skjema.")
    noon = dt.datetime.combine(timezone.localdate() + dt.timedelta(days=10), dt.time(12), OSLO)
    plans = PlannedChange.objects.order_by("pk")
    for plan, at in zip(plans, (noon, noon + dt.timedelta(hours=3)), strict=True):
        plan.revision.content["go_live_at"], plan.revision.approved_go_live_at = at.isoformat(), at
        plan.revision.save()
    assert publish_due(noon) == 1
    assert publish_due(noon + dt.timedelta(hours=4)) == 0
    assert course.versions.get(number=2).note == "Ny lov. Nytt skjema."
    assert course.versions.count() == 2
    assert [plan.requirement for plan in PlannedChange.objects.order_by("pk")][-1] is False


def test_a_plan_for_a_day_on_which_a_version_has_begun_waits_for_oslos_next_day(
    as_pia: Client, staff: SimpleNamespace, lessons: list[LessonPage], course: Course  # noqa: F811
) -> None:  # fmt: skip
    two_plans(as_pia, lessons, "Ny lov.", "Nytt skjema.")
    its_moment_comes()
    course.versions.create(number=2, published_on=timezone.localdate())
    assert publish_due(timezone.now()) == 0
    waits = PlannedChange.objects.first().revision.approved_go_live_at  # type: ignore[union-attr]
    assert waits.astimezone(OSLO).time() == dt.time(0, 1)
    assert publish_due(waits) == 2
    assert course.versions.count() == 3


def test_what_is_due_is_published_by_the_task_and_readyz_sees_it(
    as_pia: Client, staff: SimpleNamespace, lessons: list[LessonPage]  # noqa: F811
) -> None:  # fmt: skip
    at = timezone.now() + dt.timedelta(days=10)
    planned(as_pia, lessons[1], at, kind="correction")
    tasks.publish_scheduled()
    assert OLD in reads(staff.Berit, lessons[1])
    assert readiness.publishing(timezone.now()).status == "ok"
    assert readiness.publishing(timezone.now() + dt.timedelta(minutes=16)).status == "red"


# --- Typing errors ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("before", "after", "small"),
    [
        ("Du moter folk i verksedet.", "Du møter folk i verkstedet.", True),
        ("Det er er slik", "Det er slik", True),
        ("Først dette så det", "Først dette, så det", True),
        ("et arbeids lag", "et arbeidslag", True),
        ("oslo fengsel", "Oslo fengsel", True),
        ("Du skal spørre.", "Du skal ikke spørre.", False),
        ("Du kan spørre.", "Du kun spørre.", False),
        ("Innen 14 dager", "Innen 15 dager", False),
        ("Spør før du går", "Spør for du går", False),
        ("Spør lederen", "Spør naboen", False),
        ("10 % av lønnen", "10 av lønnen", False),
        ("-5 grader", "5 grader", False),
    ],
)
def test_a_typing_error_is_one_only_where_the_meaning_stands(before: str, after: str, small: bool) -> None:
    content = [{"body": [{"id": "a", "type": "text", "value": f"<p>{text}</p>"}]} for text in (before, after)]
    assert (typing_errors(*content) is not None) is small


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"text": "Svaret", "correct": False}, {"text": "Svaret", "correct": True}),
        ({"text": "Et [[svar]]"}, {"text": "Et [[svær]]"}),
        ({"value": '<p><a href="https://a.no">Lenken</a></p>'}, {"value": '<p><a href="https://b.no">Lenken</a></p>'}),
        ({"answer": "samtale"}, {"answer": "samtalen"}),
        ([{"value": "en"}], [{"value": "en"}, {"value": "to"}]),
        ({"minutes": 10}, {"minutes": 11}),
        ({"value": " ".join(["verksedet"] * 6)}, {"value": " ".join(["verkstedet"] * 6)}),
        ({"title": "Likt"}, {"title": "Likt"}),
    ],
)
def test_what_is_no_prose_or_too_much_is_no_typing_error(before: Any, after: Any) -> None:
    assert typing_errors(before, after) is None


def respelt(page: LessonPage, text: str) -> None:
    fresh = LessonPage.objects.get(pk=page.pk)
    content = json.loads(fresh.to_json())
    body = json.loads(content["body"])
    body[0]["value"] = f"<p>{text}</p>"
    fresh.with_content_json(content | {"body": json.dumps(body)}).save_revision()


def test_an_editor_mends_a_typing_error_alone_and_it_stands_in_the_history(
    client: Client, edvard: Learner, staff: SimpleNamespace, lessons: list[LessonPage]  # noqa: F811
) -> None:  # fmt: skip
    client.force_login(edvard)
    respelt(lessons[1], "Mer takst.")
    address = reverse("typing-error", args=[lessons[1].pk])
    assert address in client.get(f"/admin/pages/{lessons[1].pk}/edit/").content.decode()
    assert "takst" in client.get(address).content.decode()
    client.post(address)
    assert "Mer takst." in reads(staff.Ola, lessons[1])
    history = client.get(f"/admin/pages/{lessons[1].pk}/history/").content.decode()
    assert "Publisert som rettet skrivefeil" in history


def test_an_editor_does_not_publish_more_than_that_alone(
    client: Client, edvard: Learner, staff: SimpleNamespace, lessons: list[LessonPage], quiz: QuizPage  # noqa: F811
) -> None:  # fmt: skip
    client.force_login(edvard)
    edit(lessons[1])
    address = reverse("typing-error", args=[lessons[1].pk])
    assert "mer enn skrivemåten" in client.post(address).content.decode()
    assert OLD in reads(staff.Ola, lessons[1])
    client.force_login(staff.Ola)
    assert client.post(address).status_code == 302
