"""A week's report: made once, from what was known at its close, and never changed."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from learners.facts import correct
from learners.models import Posting, Unit
from tests.barometer.organisation import cells_anew, complete, employ, noon
from tracking.barometer.figures import figure
from tracking.reports.content import Content
from tracking.reports.exceptions import BadWeek, NoReport
from tracking.reports.making import content_of, make
from tracking.reports.models import WeeklyReport
from tracking.reports.weeks import Week, asked_for, current, newest_closed, parse

from .conftest import CLOSE, WEEK, Cast

LATE = CLOSE + dt.timedelta(weeks=3)


def part(content: Content, slug: str = "grunnopplaering", number: int = 0) -> Content:
    return next(c for c in content["campaigns"] if c["slug"] == slug)["parts"][number]


def test_a_report_holds_the_figures_of_its_sunday_as_known_on_monday_at_six(cast: Cast) -> None:
    report, _made = make(WEEK, cast.unit("KRIM"), CLOSE)
    shown = figure(cast.basics, cast.unit("KRIM"), WEEK.sunday, "then", None, CLOSE)
    said = part(report.content)
    assert (said["completed"], said["counted"]) == (shown.own.completed, shown.own.counted) == (37, 92)
    assert said["change"] == 9
    assert report.content["known"] == "then"


def test_a_campaign_with_two_courses_has_three_parts(cast: Cast) -> None:
    content = make(WEEK, cast.unit("KRIM"), CLOSE)[0].content
    assert [p["part"] for p in content["campaigns"][1]["parts"]] == ["all", "mi", "miljo"]
    assert [c["slug"] for c in content["campaigns"]] == ["mi-for-alle", "grunnopplaering"]


def test_making_it_twice_makes_one(cast: Cast) -> None:
    first, made = make(WEEK, cast.unit("KRIM"), CLOSE)
    second, made_again = make(WEEK, cast.unit("KRIM"), LATE)
    assert (made, made_again, second.pk) == (True, False, first.pk)
    assert second.made_at == CLOSE


def test_a_report_made_late_says_what_one_made_in_time_said(cast: Cast) -> None:
    in_time, _made = make(WEEK, cast.unit("KRIM"), CLOSE)
    WeeklyReport.objects.all().delete()
    _correct_and_go_on(cast)
    late, _made = make(WEEK, cast.unit("KRIM"), LATE)
    assert late.content == in_time.content
    assert late.behind["campaigns"] == in_time.behind["campaigns"]


def test_later_corrections_do_not_change_a_report(cast: Cast) -> None:
    before = make(WEEK, cast.unit("KRIM"), CLOSE)[0]
    _correct_and_go_on(cast)
    after, report = content_of(WEEK, cast.unit("KRIM"), LATE)
    assert after == before.content
    assert report is not None
    assert report.is_unchanged


def _correct_and_go_on(cast: Cast) -> None:
    """Two weeks more, a completion stored late, and a posting that we learn was another."""
    complete(cast.service.people["OSLO"][30], cast.mi, dt.date(2026, 9, 20), known=CLOSE + dt.timedelta(days=2))
    complete(cast.service.people["OSLO"][31], cast.mi, dt.date(2026, 10, 7))
    wrong = Posting.objects.get(learner=cast.service.people["TROMSO"][0])
    correct(wrong, CLOSE + dt.timedelta(days=1), unit_id=cast.unit("BODO").pk)
    employ(cast.unit("OSLO"), known=CLOSE + dt.timedelta(days=3))


def test_what_is_known_after_the_close_shows_in_the_next_week(cast: Cast) -> None:
    before = part(make(WEEK, cast.unit("KRIM"), CLOSE)[0].content, "mi-for-alle")
    complete(cast.service.people["OSLO"][30], cast.mi, dt.date(2026, 9, 20), known=CLOSE + dt.timedelta(seconds=1))
    after = part(make(WEEK.before(-1), cast.unit("KRIM"), LATE)[0].content, "mi-for-alle")
    assert (before["completed"], after["completed"]) == (37, 38)


def test_a_statement_stored_before_the_close_and_read_after_it_is_in_the_report(cast: Cast) -> None:
    figure(cast.everybody, cast.unit("KRIM"), WEEK.sunday, "then", None, CLOSE)  # counted before it was read
    complete(cast.service.people["OSLO"][30], cast.mi, WEEK.sunday, known=CLOSE - dt.timedelta(seconds=1))
    report, _made = make(WEEK, cast.unit("KRIM"), CLOSE + dt.timedelta(minutes=1))
    assert part(report.content, "mi-for-alle")["completed"] == 38


def test_the_lists_behind_add_up_to_the_figures(cast: Cast) -> None:
    report, _made = make(WEEK, cast.unit("NORD"), CLOSE)
    listed = report.behind["campaigns"]["grunnopplaering"]
    said = part(report.content)
    assert (len(listed["completed"]["all"]), len(listed["counted"])) == (said["completed"], said["counted"]) == (23, 55)


def test_the_fingerprint_covers_figures_and_lists(cast: Cast) -> None:
    report, _made = make(WEEK, cast.unit("NORD"), CLOSE)
    assert report.is_unchanged
    report.content["campaigns"][0]["parts"][0]["completed"] += 1
    assert not report.is_unchanged
    report.refresh_from_db()
    report.behind["campaigns"]["mi-for-alle"]["counted"].pop()
    assert not report.is_unchanged


def test_no_name_of_a_person_is_in_what_is_stored(cast: Cast) -> None:
    report, _made = make(WEEK, cast.unit("KRIM"), CLOSE)
    stored = str(report.content) + str(report.behind)
    assert not any(name in stored for name in ("Invented", "fagbenk.example", "Director"))


def test_small_units_are_hidden_in_a_report(cast: Cast) -> None:
    said = part(make(WEEK, cast.unit("NORD"), CLOSE)[0].content)
    own_staff = next(unit for unit in said["units"] if unit["code"] == "NORD-STAB")
    numbers = {"counted": None, "completed": None, "share": None, "suppressed": True}
    assert own_staff == {"code": "NORD-STAB", "name": "Unit NORD-STAB", **numbers}


def test_the_unfinished_week_is_shown_but_not_stored(cast: Cast) -> None:
    wednesday = noon(dt.date(2026, 9, 30))
    content, report = content_of(WEEK, cast.unit("KRIM"), wednesday)
    assert (content["provisional"], content["as_of"], content["known"]) == (True, "2026-09-30", "now")
    assert report is None
    assert not WeeklyReport.objects.exists()


def test_a_week_is_provisional_until_monday_at_six(cast: Cast) -> None:
    content, report = content_of(WEEK, cast.unit("KRIM"), CLOSE - dt.timedelta(seconds=1))
    assert (content["provisional"], content["as_of"], report) == (True, "2026-10-04", None)
    with pytest.raises(NoReport):
        make(WEEK, cast.unit("KRIM"), CLOSE - dt.timedelta(seconds=1))


def test_there_is_no_report_before_the_first_campaign(cast: Cast) -> None:
    with pytest.raises(NoReport, match="2026-W36"):
        make(parse("2026-W36"), cast.unit("KRIM"), CLOSE)


def test_a_campaign_leaves_the_reports_four_weeks_after_its_deadline(cast: Cast) -> None:
    at = noon(dt.date(2027, 6, 1))
    content, _report = content_of(parse("2027-W20"), cast.unit("KRIM"), at)
    assert [c["slug"] for c in content["campaigns"]] == ["grunnopplaering"]


def test_a_unit_outside_the_audience_has_a_report_without_figures(cast: Cast) -> None:
    empty = Unit.objects.create(code="KRUS", name="KRUS", kind="college")
    content = make(WEEK, empty, CLOSE)[0].content
    assert part(content)["share"] is None
    assert part(content)["units"] == []


@pytest.mark.parametrize(
    "name", ["2026-40", "2026-W00", "2026-W54", "2025-W53", "0000-W01", "x", "2026-W4", "2026-W40 "]
)
def test_what_is_no_week_is_refused(name: str) -> None:
    with pytest.raises(BadWeek):
        parse(name)


def test_a_week_that_lies_ahead_has_no_report() -> None:
    with pytest.raises(NoReport):
        asked_for("2026-W41", CLOSE - dt.timedelta(days=1))


def test_a_year_of_53_weeks_has_its_last_week() -> None:
    week = parse("2026-W53")
    assert (week.sunday, week.name, week.before(-1).name) == (dt.date(2027, 1, 3), "2026-W53", "2027-W01")
    assert current(noon(dt.date(2027, 1, 1))) == week


@pytest.mark.parametrize(
    ("sunday", "closes"),
    [
        (dt.date(2026, 3, 29), dt.datetime(2026, 3, 30, 4, tzinfo=dt.UTC)),  # summer time began that night
        (dt.date(2026, 10, 25), dt.datetime(2026, 10, 26, 5, tzinfo=dt.UTC)),  # and ended this one
        (dt.date(2027, 1, 3), dt.datetime(2027, 1, 4, 5, tzinfo=dt.UTC)),
    ],
)
def test_a_week_closes_at_six_in_oslo_summer_and_winter(sunday: dt.date, closes: dt.datetime) -> None:
    week = Week(sunday)
    assert week.closes_at == closes
    assert newest_closed(closes) == week
    assert newest_closed(closes - dt.timedelta(seconds=1)) == week.before(1)


@pytest.mark.django_db(transaction=True)
def test_two_at_once_make_one_report(cast: Cast) -> None:
    cells_anew()

    def run(_number: int) -> int:
        try:
            return make(WEEK, cast.unit("KRIM"), CLOSE)[0].pk
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        made = set(pool.map(run, range(2)))
    assert len(made) == 1
    assert WeeklyReport.objects.count() == 1
