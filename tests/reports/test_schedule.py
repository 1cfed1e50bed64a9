"""What is made and mailed by itself: once, however often and by however many it is tried."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core import mail as django_mail
from django.db import connection
from django.utils import timezone

from learners import outbox
from learners.facts import end
from learners.models import Employment, OutgoingMail, RoleGrant, Unit
from learners.roles import grant
from tests.barometer.organisation import LONG_AGO, cells_anew
from tests.rows import Remembered
from tracking.completions.models import Cursor
from tracking.reports import mail, schedule
from tracking.reports.making import content_of, make
from tracking.reports.models import WeeklyReport
from tracking.reports.weeks import newest_closed
from tracking.tasks import make_weekly_reports

from .conftest import CLOSE, WEEK, Cast, person

pytestmark = pytest.mark.long_file
HOUR = dt.timedelta(hours=1)
LEADERS = ["leader@fagbenk.example", "sibling@fagbenk.example"]  # of Tromsø and Oslo
EVERYBODY = sorted(["director@fagbenk.example", "region@fagbenk.example", *LEADERS])


@pytest.fixture(scope="session")
def remembered_earlier() -> Remembered[None]:
    def make_earlier() -> None:
        for week in (WEEK.before(3), WEEK.before(2), WEEK.before(1)):
            for unit in Unit.objects.filter(code__in=["KRIM", "NORD"]):
                make(week, unit, week.closes_at)

    return Remembered(make_earlier)


@pytest.fixture
def earlier(cast: Cast, remembered_earlier: Remembered[None]) -> None:
    """The reports of the three weeks before were made in their time."""
    remembered_earlier.put()


def weeks(code: str) -> list[str]:
    return list(WeeklyReport.objects.filter(unit__code=code).order_by("week").values_list("week", flat=True))


def receivers() -> list[str]:
    return sorted(OutgoingMail.objects.values_list("to", flat=True))


@pytest.mark.usefixtures("earlier")
def test_on_monday_at_six_the_reports_of_the_ended_week_are_made_and_mailed(cast: Cast) -> None:
    schedule.make_due(CLOSE)
    assert weeks("KRIM")[-1] == "2026-W40"
    assert weeks("NORD")[-1] == "2026-W40"
    assert receivers() == EVERYBODY


def test_before_six_the_week_is_not_made(cast: Cast) -> None:
    schedule.make_due(CLOSE - dt.timedelta(seconds=1))
    assert weeks("KRIM")[-1] == "2026-W39"


def test_trying_again_makes_no_second_report_and_no_second_mail(cast: Cast) -> None:
    assert len(schedule.make_due(CLOSE)) == 10  # four weeks, two units; the newest for two led ones
    outbox.send_due(CLOSE)
    for hour in range(3):
        assert schedule.make_due(CLOSE + hour * HOUR) == []
        outbox.send_due(CLOSE + hour * HOUR)
    assert len(django_mail.outbox) == 4
    assert OutgoingMail.objects.count() == 4


@pytest.mark.usefixtures("earlier")
def test_missed_weeks_are_made_but_only_the_newest_is_mailed(cast: Cast) -> None:
    schedule.make_due(CLOSE)
    schedule.make_due(WEEK.before(-3).closes_at)
    assert weeks("KRIM") == [f"2026-W{n}" for n in range(37, 44)]
    keys = {key.split(":")[1] for key in OutgoingMail.objects.values_list("key", flat=True)}
    assert keys == {"2026-W40", "2026-W43"}


def test_at_most_eight_weeks_are_made_up_for(cast: Cast) -> None:
    schedule.make_due(WEEK.before(-12).closes_at)
    assert weeks("KRIM") == [f"2026-W{n}" for n in range(45, 53)]


def test_no_week_is_skipped_or_doubled_around_new_year_and_summer_time(cast: Cast) -> None:
    hourly = dt.datetime(2026, 12, 28, 0, 15, tzinfo=dt.UTC)
    for hour in range(0, 24 * 15, 6):
        schedule.make_due(hourly + hour * HOUR)
    assert weeks("KRIM")[-3:] == ["2026-W52", "2026-W53", "2027-W01"]


@pytest.mark.usefixtures("earlier")
def test_a_run_that_was_killed_after_the_report_is_finished_by_the_next(cast: Cast) -> None:
    make(WEEK, cast.unit("KRIM"), CLOSE)  # and here the worker died, before the mails
    assert OutgoingMail.objects.count() == 0
    schedule.make_due(CLOSE + HOUR)
    assert WeeklyReport.objects.filter(week=WEEK.name, unit__code="KRIM").count() == 1
    assert receivers() == EVERYBODY


@pytest.mark.usefixtures("earlier")
def test_a_run_that_was_killed_between_two_mails_is_finished_by_the_next(cast: Cast) -> None:
    second = person("deputy")
    report, _made = make(WEEK, cast.unit("KRIM"), CLOSE)
    mail.put(report, CLOSE)
    grant(second, RoleGrant.Role.MANAGEMENT, None, LONG_AGO)  # as if the second mail had not been written yet
    schedule.make_due(CLOSE + HOUR)
    schedule.make_due(CLOSE + 2 * HOUR)
    assert receivers() == ["deputy@fagbenk.example", *EVERYBODY]


@pytest.mark.django_db(transaction=True)
def test_two_schedulers_make_one_report_and_one_mail(cast: Cast) -> None:
    cells_anew()

    def run(_number: int) -> None:
        try:
            schedule.make_due(CLOSE)
            outbox.send_due(CLOSE)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(run, range(2)))
    assert WeeklyReport.objects.count() == 10
    assert sorted(message.to[0] for message in django_mail.outbox) == receivers()
    assert len(django_mail.outbox) == 4


@pytest.mark.usefixtures("earlier")
def test_those_who_have_left_or_may_not_sign_in_get_no_mail(cast: Cast) -> None:
    end(Employment.objects.get(learner=cast.people["region"]), dt.date(2026, 9, 30), LONG_AGO)
    cast.people["director"].is_active = False
    cast.people["director"].save()
    schedule.make_due(CLOSE)
    assert receivers() == LEADERS


@pytest.mark.usefixtures("earlier")
def test_a_manager_without_an_address_is_passed_over(cast: Cast) -> None:
    type(cast.people["director"]).objects.filter(pk=cast.people["director"].pk).update(email=None)
    schedule.make_due(CLOSE)
    assert receivers() == sorted(["region@fagbenk.example", *LEADERS])


@pytest.mark.usefixtures("earlier")
def test_a_report_waits_for_statements_from_before_the_close_for_ten_minutes(cast: Cast) -> None:
    Cursor.objects.create(name="completions", moved_at=CLOSE - dt.timedelta(seconds=5))
    schedule.make_due(CLOSE)
    assert "2026-W40" not in weeks("KRIM")
    content, report = content_of(WEEK, cast.unit("KRIM"), CLOSE)  # nor does a reader's glance freeze it
    assert (content["provisional"], report) == (True, None)
    schedule.make_due(CLOSE + dt.timedelta(minutes=10))
    assert "2026-W40" in weeks("KRIM")


@pytest.mark.usefixtures("earlier")
def test_a_mail_is_in_the_language_of_its_reader_and_leads_to_the_page(cast: Cast) -> None:
    type(cast.people["director"]).objects.filter(email="director@fagbenk.example").update(language="en")
    schedule.make_due(CLOSE)
    outbox.send_due(CLOSE)
    sent = {message.to[0]: message for message in django_mail.outbox}
    english, norwegian = sent["director@fagbenk.example"], sent["region@fagbenk.example"]
    assert english.subject == (
        "Weekly report, week 40 of 2026: 37 of 92 have completed MI for alle. That is 9 more than last week."
    )
    assert "/en/rapporter/2026-W40/?unit=KRIM" in english.body
    assert "localhost:8000/rapporter/2026-W40/?unit=NORD" in norwegian.body
    assert "/en/rapporter/2026-W40/?unit=KRIM" in english.message().as_string().split("text/html")[1]


@pytest.mark.usefixtures("earlier")
def test_a_mail_of_the_demo_says_that_people_and_figures_are_invented(cast: Cast) -> None:
    type(cast.people["director"]).objects.update(language="en")
    schedule.make_due(CLOSE)
    for written in OutgoingMail.objects.all():
        assert "people and figures are invented" in written.text
        assert "people and figures are invented" in written.html


@pytest.mark.usefixtures("earlier")
def test_text_in_a_mail_is_never_markup(cast: Cast) -> None:
    type(cast.everybody).objects.filter(pk=cast.everybody.pk).update(title="<b>MI\nBcc: alle</b>")
    schedule.make_due(CLOSE)
    written = OutgoingMail.objects.get(to="director@fagbenk.example")
    assert "<b>MI" not in written.html
    assert "\n" not in written.subject


@pytest.mark.usefixtures("earlier")
def test_the_state_is_late_a_quarter_of_an_hour_after_the_report_should_have_been_there(cast: Cast) -> None:
    schedule.make_due(CLOSE - HOUR)
    assert schedule.state(CLOSE - HOUR) == "ok"
    assert schedule.state(CLOSE + dt.timedelta(minutes=14)) == "ok"
    assert schedule.state(CLOSE + dt.timedelta(minutes=15)) == "late"
    schedule.make_due(CLOSE + HOUR)
    assert schedule.state(CLOSE + HOUR) == "ok"


@pytest.mark.django_db
def test_without_a_campaign_reports_are_off() -> None:
    assert schedule.state(timezone.now()) == "off"
    assert schedule.make_due(timezone.now()) == []


@pytest.mark.django_db
def test_the_task_reads_waiting_statements_first_so_that_monday_at_six_is_enough(cast: Cast) -> None:
    newest = newest_closed(timezone.now())
    Cursor.objects.create(name="completions", moved_at=newest.closes_at - dt.timedelta(seconds=5))
    make_weekly_reports()
    assert Cursor.objects.filter(moved_at__gte=newest.closes_at).exists()
    assert weeks("KRIM")[-1] == newest.name
