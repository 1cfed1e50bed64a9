"""A learner says that something is wrong in a lesson; it reaches the editors, without a name, and is answered."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from courses import reporting
from courses.models import ErrorReport, LessonPage
from learners.models import Learner
from learners.personal_data import export_all, holdings
from tests.admin.conftest import as_pia, pia, service  # noqa: F401 - fixtures
from tests.look.conftest import course, course_page, kari, kari_client, lesson  # noqa: F401 - fixtures


def send(client: Client, page: LessonPage, **fields: str) -> tuple[int, str]:
    answer = client.post(reverse("report-error", args=[page.pk]), fields, follow=True)
    return answer.status_code, answer.content.decode()


def test_what_a_learner_reports_is_in_the_inbox_with_its_place_and_no_name(
    as_pia: Client, kari_client: Client, lesson: LessonPage  # noqa: F811
) -> None:  # fmt: skip
    block, words = reporting.places(lesson)[0]
    assert "Takk." in send(kari_client, lesson, text="«Verksed» <b>skal</b> ha t.", block=block)[1]
    inbox = as_pia.get(reverse("error-reports")).content.decode()
    assert words in inbox
    assert "«Verksed» &lt;b&gt;skal&lt;/b&gt; ha t." in inbox
    assert f"/admin/pages/{lesson.pk}/edit/#block-{block}-section" in inbox
    assert "Kari" not in inbox


def test_the_answer_reaches_the_one_who_reported_it_and_the_inbox_is_empty(
    as_pia: Client, kari_client: Client, lesson: LessonPage  # noqa: F811
) -> None:  # fmt: skip
    send(kari_client, lesson, text="Feil.")
    as_pia.post(
        reverse("error-report", args=[ErrorReport.objects.get().pk]), {"state": "mended", "answer": "Fint sett."}
    )
    assert "Fint sett." in kari_client.get(reverse("report-error", args=[lesson.pk])).content.decode()
    assert "Ingen feil venter." in as_pia.get(reverse("error-reports")).content.decode()
    assert "Fint sett." in as_pia.get(reverse("error-reports") + "?vis=ferdig").content.decode()


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"text": ""}, "Skriv noen ord om hva som er feil"),
        ({"text": "  "}, "Skriv noen ord om hva som er feil"),
        ({"text": "Feil.", "block": "ikke-her"}, "Det stedet er ikke her lenger"),
    ],
)
def test_a_report_that_cannot_be_read_is_answered_in_words(
    kari_client: Client, lesson: LessonPage, fields: dict[str, str], said: str  # noqa: F811
) -> None:  # fmt: skip
    status, shown = send(kari_client, lesson, **fields)
    assert status == 400
    assert said in shown
    assert not ErrorReport.objects.exists()


def test_after_ten_within_an_hour_the_text_stays_in_the_form(
    kari: Learner, kari_client: Client, lesson: LessonPage  # noqa: F811
) -> None:  # fmt: skip
    at = timezone.now()
    for _time in range(reporting.MOST_AN_HOUR):
        reporting.report(kari, lesson, "", "Feil.", at - dt.timedelta(minutes=30))
    status, shown = send(kari_client, lesson, text="Den ellevte feilen.")
    assert status == 429
    assert "Den ellevte feilen." in shown
    ErrorReport.objects.update(sent_at=at - dt.timedelta(minutes=61))
    assert send(kari_client, lesson, text="Den ellevte feilen.")[0] == 200


def test_nobody_reports_in_a_draft_and_nobody_without_signing_in(
    client: Client, kari_client: Client, lesson: LessonPage  # noqa: F811
) -> None:  # fmt: skip
    assert client.post(reverse("report-error", args=[lesson.pk]), {"text": "Feil."}).status_code == 302
    lesson.unpublish()
    assert send(kari_client, lesson, text="Feil.")[0] == 404
    assert not ErrorReport.objects.exists()


def test_the_inbox_is_for_editors(kari_client: Client, lesson: LessonPage) -> None:  # noqa: F811
    send(kari_client, lesson, text="Feil.")
    one = ErrorReport.objects.get()
    assert kari_client.get(reverse("error-reports")).status_code == 302
    kari_client.post(reverse("error-report", args=[one.pk]), {"state": "stays"})
    one.refresh_from_db()
    assert one.state == "new"


def test_a_report_is_among_ones_own_data_and_goes_with_the_person_or_after_a_year(
    kari: Learner, lesson: LessonPage  # noqa: F811
) -> None:  # fmt: skip
    at = timezone.now()
    old = reporting.report(kari, lesson, "", "Gammel.", at - dt.timedelta(days=366))
    reporting.report(kari, lesson, "", "Ny.", at)
    assert [row["text"] for row in export_all(kari)["error_reports"]] == ["Gammel.", "Ny."]
    holding = next(one for one in holdings() if one.key == "error_reports")
    assert holding.prune
    holding.prune(at)
    assert not ErrorReport.objects.filter(pk=old.pk).exists()
    holding.forget(kari)
    assert not ErrorReport.objects.exists()


def test_an_editor_who_looks_at_a_draft_is_not_asked(as_pia: Client, lesson: LessonPage) -> None:  # noqa: F811
    assert "Er noe feil her?" not in as_pia.get(f"/admin/pages/{lesson.pk}/view_draft/").content.decode()
